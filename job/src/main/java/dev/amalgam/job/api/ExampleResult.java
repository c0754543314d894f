package dev.amalgam.job.api;

import java.util.OptionalInt;

/**
 * What a model made of an example.
 *
 * @param loss the mean loss of its targets, in nats; NaN if it has none
 * @param tokens the number of its targets; for a classifier the number of its tokens, padding apart
 * @param prediction the class that a classifier finds most probable; empty for language models and
 *     where the loss is no number
 */
public record ExampleResult(double loss, int tokens, OptionalInt prediction) {}
