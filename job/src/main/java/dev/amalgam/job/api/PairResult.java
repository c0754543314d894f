package dev.amalgam.job.api;

/**
 * What a model made of a pair of texts.
 *
 * @param cosine the cosine of the angle between their embeddings; NaN where these are no numbers
 * @param score how alike they are said to be
 */
public record PairResult(double cosine, double score) {}
