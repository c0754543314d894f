package dev.amalgam.core.importance;

/** At which parameters the gradient is taken. */
public enum Point {
  /** Those of the base. */
  BASE,
  /** Those of the expert. */
  EXPERT,
  /** Half way between. */
  MIDPOINT,
  /** The mean over the middles of equal steps from the base to the expert. */
  INTEGRATED;

  /** Returns how far from the base to the expert each gradient is taken. */
  float[] fractions(int steps) {
    return switch (this) {
      case BASE -> new float[] {0};
      case EXPERT -> new float[] {1};
      case MIDPOINT -> new float[] {0.5f};
      case INTEGRATED -> {
        float[] fractions = new float[steps];
        for (int step = 0; step < steps; step++) {
          fractions[step] = (step + 0.5f) / steps;
        }
        yield fractions;
      }
    };
  }
}
