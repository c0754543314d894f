package dev.amalgam.bench.study;

/**
 * One way to merge.
 *
 * @param variant the method and its settings
 * @param drop the drop rate
 * @param lambda the factor of the merged delta
 * @param seed the seed of random masks
 */
record Trial(Variant variant, double drop, double lambda, long seed) {}
