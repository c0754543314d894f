package dev.amalgam.io.dataset;

import dev.amalgam.core.layer.Example;

/**
 * Two texts, and how alike they are said to be.
 *
 * @param text the tokens of one
 * @param other the tokens of the other
 * @param score how alike they are, on any scale
 */
public record Pair(Example text, Example other, double score) {}
