package dev.amalgam.core.repair;

/**
 * Adam (Kingma and Ba, arXiv 1412.6980) with β 0.9 and 0.99 and ε 1e-8. Moments and values are
 * float32, worked out in float64 and rounded once.
 */
final class Adam {

  private static final double FIRST = 0.9;
  private static final double SECOND = 0.99;
  private static final double EPSILON = 1e-8;

  private final float[] values;
  private final float[] means;
  private final float[] squares;
  private int step;

  /**
   * Begins at the values.
   *
   * @param values which are moved
   */
  Adam(float[] values) {
    this.values = values;
    this.means = new float[values.length];
    this.squares = new float[values.length];
  }

  /** Moves all values against their gradient. */
  void step(double[] gradient, double rate) {
    step++;
    double ofMean = 1 - StrictMath.pow(FIRST, step);
    double ofSquare = 1 - StrictMath.pow(SECOND, step);
    for (int i = 0; i < values.length; i++) {
      double g = gradient[i];
      means[i] = (float) (FIRST * means[i] + (1 - FIRST) * g);
      squares[i] = (float) (SECOND * squares[i] + (1 - SECOND) * g * g);
      double move = means[i] / ofMean / (Math.sqrt(squares[i] / ofSquare) + EPSILON);
      values[i] = (float) (values[i] - rate * move);
    }
  }

  /** Returns the running means of gradients, the array itself. */
  float[] means() {
    return means;
  }

  /** Returns the running means of their squares, the array itself. */
  float[] squares() {
    return squares;
  }

  /** Goes on as after so many steps. */
  void resume(int steps) {
    step = steps;
  }
}
