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
    Level level, Estimator estimator, Point point, int steps, Aggregate aggregate, long room) {

  /**
   * Returns what holds unless it is said otherwise: rows, by gradients at the base (8 where they
   * are integrated), the mean of magnitudes, and a gigabyte of room.
   */
  public static ImportanceSettings defaults() {
    return new ImportanceSettings(
        Level.ROW, Estimator.GRADIENT, Point.BASE, 8, Aggregate.MAGNITUDE, 1_000_000_000);
  }

  /** Returns the same at another level. */
  public ImportanceSettings at(Level other) {
    return new ImportanceSettings(other, estimator, point, steps, aggregate, room);
  }

  /** Returns the same by another estimator. */
  public ImportanceSettings by(Estimator other) {
    return new ImportanceSettings(level, other, point, steps, aggregate, room);
  }
}
