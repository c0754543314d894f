package dev.amalgam.core.decomposition;

/**
 * The leading part of a singular value decomposition, {@code Σ values[i] · left[i] · right[i]ᵀ}.
 *
 * @param values the singular values, descending
 * @param left a row for each value, as long as the matrix has rows
 * @param right a row for each value, as long as the matrix has columns
 */
public record LowRank(double[] values, float[] left, float[] right) {}
