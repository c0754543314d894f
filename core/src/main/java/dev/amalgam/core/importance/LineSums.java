package dev.amalgam.core.importance;

import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.States;

/** Sums over an example's rows of products of states. */
final class LineSums {

  private static final int COLUMNS = 256;

  private LineSums() {}

  /**
   * Returns for each example e and column i the sum over the example's rows r, in ascending order
   * and float64, of {@code a[r][i]·b[r][i]}.
   *
   * @param starts rows {@code starts[e]} to {@code starts[e + 1] − 1} come from example e
   */
  static double[][] ofProducts(States a, States b, int[] starts, Engine engine) {
    return sums(a, b, starts, engine);
  }

  /** Returns for each example and column the sum over the example's rows of {@code a[r][i]}. */
  static double[][] of(States a, int[] starts, Engine engine) {
    return sums(a, null, starts, engine);
  }

  private static double[][] sums(States a, States b, int[] starts, Engine engine) {
    int examples = starts.length - 1;
    int chunks = Math.ceilDiv(a.width(), COLUMNS);
    double[][] sums = new double[examples][a.width()];
    engine
        .workers()
        .run(
            examples * chunks,
            (_, piece) -> {
              int example = piece / chunks;
              int from = piece % chunks * COLUMNS;
              int to = Math.min(a.width(), from + COLUMNS);
              double[] sum = sums[example];
              for (int row = starts[example]; row < starts[example + 1]; row++) {
                if (b == null) {
                  add(sum, from, to, a.data(), a.at(row));
                } else {
                  addProducts(sum, from, to, a.data(), a.at(row), b.data(), b.at(row));
                }
              }
            });
    return sums;
  }

  private static void add(double[] sum, int from, int to, float[] a, int aAt) {
    for (int i = from; i < to; i++) {
      sum[i] += a[aAt + i];
    }
  }

  private static void addProducts(
      double[] sum, int from, int to, float[] a, int aAt, float[] b, int bAt) {
    for (int i = from; i < to; i++) {
      sum[i] += (double) a[aAt + i] * b[bAt + i];
    }
  }
}
