package dev.amalgam.bench.study;

/**
 * How well a model does on some examples.
 *
 * @param loss the mean over examples of the mean cross-entropy of each, in nats
 * @param scaledLoss of a classifier the loss at the best temperature, else the same
 * @param accuracy the share of targets that are predicted right
 */
record Score(double loss, double scaledLoss, double accuracy) {}
