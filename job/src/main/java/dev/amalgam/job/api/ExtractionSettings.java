package dev.amalgam.job.api;

import java.util.OptionalDouble;

/**
 * How an adapter is made from a fine-tuned model.
 *
 * @param rank the most rank of a tensor's delta, at least 1
 * @param energy the share of the squared Frobenius norm that is enough, over 0 and at most 1: each
 *     tensor gets the least rank that keeps it
 * @param alpha {@code lora_alpha} of all modules; if absent, each module's is its rank
 * @param seed of the Gaussian sketch
 * @param embeddings whether deltas of embeddings are made low-rank too
 * @param saveRest whether modules that changed otherwise are stored whole
 * @param baseType whether factors are stored as the base stores the tensor, and not as F32
 */
public record ExtractionSettings(
    int rank,
    double energy,
    OptionalDouble alpha,
    long seed,
    boolean embeddings,
    boolean saveRest,
    boolean baseType) {}
