package dev.amalgam.core.importance;

/** How the effect of a partition is estimated. */
public enum Estimator {
  /** By the gradient, see {@link GradientImportance}. */
  GRADIENT,
  /**
   * Exactly: in a clean run of the expert a partition is put back to the base. Its score is the
   * loss that this adds.
   */
  ABLATION,
  /**
   * Exactly: in a clean run of the base a partition is taken from the expert. Its score is the loss
   * that this saves.
   */
  RESTORATION
}
