package dev.amalgam.job.api;

import dev.amalgam.core.model.Sampler;

/**
 * How a text is continued. Threads have no bearing on the result.
 *
 * @param maxTokens the most tokens that are made, at least 1
 * @param temperature see {@link Sampler}
 * @param seed see {@link Sampler}
 * @param threads the number of worker threads, at least 1
 */
public record GenerationSettings(int maxTokens, double temperature, long seed, int threads) {}
