package dev.amalgam.core.importance;

/** How the scores of examples, positive where a partition helps, become its importance. */
public enum Aggregate {
  /** The mean of their magnitudes. */
  MAGNITUDE,
  /** The magnitude of their mean. */
  MEAN,
  /** Their mean where it is positive, else 0. */
  HELPFUL;

  /** Returns what an example's score adds to the sum. */
  double term(double score) {
    return this == MAGNITUDE ? Math.abs(score) : score;
  }

  /** Returns the importance that a sum of terms makes. */
  double importance(double sum, int examples) {
    double mean = sum / examples;
    return this == HELPFUL ? Math.max(0, mean) : Math.abs(mean);
  }
}
