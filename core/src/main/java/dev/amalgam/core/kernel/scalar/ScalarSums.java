package dev.amalgam.core.kernel.scalar;

import dev.amalgam.core.kernel.SoftmaxKernels;

/**
 * Float32 sums over rows in the order that {@link SoftmaxKernels} documents. The lanes are in an
 * array, because a loop over an array is what the compiler vectorises without a change of order.
 */
final class ScalarSums {

  private static final int LANES = 64;

  private ScalarSums() {}

  /** Returns Σ x[i], i from {@code from} to {@code to}. */
  static float sum(float[] x, int from, int to) {
    float[] lanes = new float[LANES];
    for (int start = from; start < to; start += LANES) {
      int width = Math.min(LANES, to - start);
      for (int j = 0; j < width; j++) {
        lanes[j] += x[start + j];
      }
    }
    return total(lanes);
  }

  /** Returns Σ (x[i] − mean)², i from {@code from} to {@code to}. */
  static float squaredDeviations(float[] x, int from, int to, float mean) {
    float[] lanes = new float[LANES];
    for (int start = from; start < to; start += LANES) {
      int width = Math.min(LANES, to - start);
      for (int j = 0; j < width; j++) {
        float deviation = x[start + j] - mean;
        lanes[j] = Math.fma(deviation, deviation, lanes[j]);
      }
    }
    return total(lanes);
  }

  /** Returns Σ a[aFrom + i]·b[bFrom + i], i from 0 to {@code count}. */
  static float dot(float[] a, int aFrom, float[] b, int bFrom, int count) {
    float[] lanes = new float[LANES];
    for (int start = 0; start < count; start += LANES) {
      int width = Math.min(LANES, count - start);
      for (int j = 0; j < width; j++) {
        lanes[j] = Math.fma(a[aFrom + start + j], b[bFrom + start + j], lanes[j]);
      }
    }
    return total(lanes);
  }

  /** Returns Σ (weight[i]·a[from + i])·(scale·b[from + i]), i from 0 to {@code count}. */
  static float weightedDot(float[] weight, float[] a, float[] b, int from, int count, float scale) {
    float[] lanes = new float[LANES];
    for (int start = 0; start < count; start += LANES) {
      int width = Math.min(LANES, count - start);
      int at = from + start;
      for (int j = 0; j < width; j++) {
        lanes[j] = Math.fma(weight[start + j] * a[at + j], scale * b[at + j], lanes[j]);
      }
    }
    return total(lanes);
  }

  /** Returns Σ exp(x[i] − shift), i from {@code from} to {@code to}. */
  static float exponentials(float[] x, int from, int to, float shift) {
    float[] lanes = new float[LANES];
    for (int start = from; start < to; start += LANES) {
      int width = Math.min(LANES, to - start);
      for (int j = 0; j < width; j++) {
        lanes[j] += ScalarExp.exp(x[start + j] - shift);
      }
    }
    return total(lanes);
  }

  private static float total(float[] lanes) {
    for (int width = LANES / 2; width > 0; width /= 2) {
      for (int j = 0; j < width; j++) {
        lanes[j] += lanes[j + width];
      }
    }
    // No −0, which a sum of products may underflow to: the SIMD twin's sums start from 0.
    return lanes[0] + 0f;
  }
}
