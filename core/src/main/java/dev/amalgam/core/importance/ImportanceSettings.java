package dev.amalgam.core.importance;

/**
 * How importance is estimated.
 *
 * @param level how finely the delta is partitioned
 * @param estimator by which means
 * @param point where gradients are taken; of no use to interventions
 * @param steps how many points there are on the way, for {@link Point#INTEGRATED} alone
 * @param aggregate how the scores of examples make importance
 * @param room the bytes that states of layers may take so that they are not worked out twice; no
 *     result depends on it
 */
public record ImportanceSettings(
    Level level, Estimator estimator, Point point, int steps, Aggregate aggregate, long room) {}
