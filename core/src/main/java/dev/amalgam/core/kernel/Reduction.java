package dev.amalgam.core.kernel;

import java.util.Arrays;

/**
 * Float64 sums over float32 arrays, with equal bits whatever the vector width, the compiler or the
 * thread.
 *
 * <p>Order of summation: term i is added to lane i mod 512, in ascending order of i; then lane j +
 * w is added to lane j for w = 256, 128, …, 1 and every j below w, and lane 0 is the result. Terms
 * are worked out in float64: magnitudes, products and squares of float32 are exact there.
 *
 * <p>The lanes live in an array of the instance, because a loop over an array is what the compiler
 * vectorises without a change of order. An instance serves one thread at a time.
 */
public final class Reduction {

  // Few enough for the first-level cache, many enough that the loop over them is worth its start.
  // Part of the documented order: another number gives other last bits.
  private static final int LANES = 512;

  private final double[] lanes = new double[LANES];

  /** Creates the lanes. */
  public Reduction() {}

  /** Returns Σ |x[i]| over {@code [0 .. count)}; 0 for none, NaN if any entry is NaN. */
  public double sumAbs(float[] x, int count) {
    clear();
    for (int start = 0; start < count; start += LANES) {
      int width = Math.min(LANES, count - start);
      for (int j = 0; j < width; j++) {
        lanes[j] += Math.abs((double) x[start + j]);
      }
    }
    return total();
  }

  /** Returns Σ a[i]·b[i] over {@code [0 .. count)}; 0 for none. */
  public double dot(float[] a, float[] b, int count) {
    return dot(a, b, 0, count);
  }

  /** Returns Σ a[i]·b[i] over {@code [from .. from + count)}; 0 for none. */
  public double dot(float[] a, float[] b, int from, int count) {
    clear();
    for (int start = 0; start < count; start += LANES) {
      int width = Math.min(LANES, count - start);
      for (int j = 0; j < width; j++) {
        lanes[j] += (double) a[from + start + j] * b[from + start + j];
      }
    }
    return total();
  }

  /** Returns Σ x[i]² over {@code [0 .. count)}; 0 for none. */
  public double sumSquares(float[] x, int count) {
    return dot(x, x, count);
  }

  /** Returns Σ (a[i] − b[i])² over {@code [0 .. count)}; 0 for none. */
  public double squaredDistance(float[] a, float[] b, int count) {
    clear();
    for (int start = 0; start < count; start += LANES) {
      int width = Math.min(LANES, count - start);
      for (int j = 0; j < width; j++) {
        double difference = (double) a[start + j] - b[start + j];
        lanes[j] += difference * difference;
      }
    }
    return total();
  }

  /** Returns how many entries of {@code [0 .. count)} differ in their bits. */
  public static int countDifferent(float[] a, float[] b, int count) {
    int different = 0;
    for (int i = 0; i < count; i++) {
      if (Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) {
        different++;
      }
    }
    return different;
  }

  private void clear() {
    Arrays.fill(lanes, 0);
  }

  private double total() {
    for (int width = LANES / 2; width > 0; width /= 2) {
      for (int j = 0; j < width; j++) {
        lanes[j] += lanes[j + width];
      }
    }
    return lanes[0];
  }
}
