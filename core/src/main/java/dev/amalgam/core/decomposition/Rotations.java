package dev.amalgam.core.decomposition;

import java.util.function.Consumer;

/** Rotations of neighbouring rows, gathered so that many are applied while rows are in a cache. */
final class Rotations {

  private static final int MOST = 1 << 17;

  private final int[] rows = new int[MOST];
  private final double[] cosines = new double[MOST];
  private final double[] sines = new double[MOST];
  private final Consumer<Rotations> applying;
  private int count;

  /**
   * Starts without one.
   *
   * @param applying applies those that were gathered to all columns
   */
  Rotations(Consumer<Rotations> applying) {
    this.applying = applying;
  }

  /** Adds a rotation of rows i and i + 1. */
  void add(int i, double cosine, double sine) {
    if (count == MOST) {
      flush();
    }
    rows[count] = i;
    cosines[count] = cosine;
    sines[count++] = sine;
  }

  /** Has those that were added applied. */
  void flush() {
    applying.accept(this);
    count = 0;
  }

  /** Applies those that were added, in order, to columns {@code low} to {@code high − 1}. */
  void apply(double[][] matrix, int low, int high) {
    for (int k = 0; k < count; k++) {
      rotate(matrix[rows[k]], matrix[rows[k] + 1], cosines[k], sines[k], low, high);
    }
  }

  private static void rotate(
      double[] upper, double[] lower, double cosine, double sine, int low, int high) {
    for (int c = low; c < high; c++) {
      double u = upper[c];
      double l = lower[c];
      lower[c] = sine * u + cosine * l;
      upper[c] = cosine * u - sine * l;
    }
  }
}
