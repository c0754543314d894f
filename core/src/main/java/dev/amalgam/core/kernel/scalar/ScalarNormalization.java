package dev.amalgam.core.kernel.scalar;

import dev.amalgam.core.kernel.NormalizationKernels;

/**
 * RMSNorm and LayerNorm in plain Java. The static methods work on the rest of a row, from its
 * element {@code start} on, and finish what the SIMD twin leaves over.
 */
public final class ScalarNormalization implements NormalizationKernels {

  @Override
  public float rmsNorm(float[] x, int from, int count, float[] weight, float epsilon, float[] y) {
    float reciprocal = reciprocal(ScalarSums.dot(x, from, x, from, count) / count, epsilon);
    scale(x, from, 0, count, weight, reciprocal, y);
    return reciprocal;
  }

  @Override
  public void rmsNormBackward(
      float[] x, int from, int count, float[] weight, float reciprocal, float[] dy, float[] dx) {
    float along = ScalarSums.weightedDot(weight, dy, x, from, count, reciprocal) / count;
    project(x, from, 0, count, weight, reciprocal, along, dy, dx);
  }

  @Override
  public float layerNorm(
      float[] x, int from, int count, float[] weight, float[] bias, float epsilon, float[] y) {
    float mean = ScalarSums.sum(x, from, from + count) / count;
    float variance = ScalarSums.squaredDeviations(x, from, from + count, mean) / count;
    float reciprocal = reciprocal(variance, epsilon);
    scale(x, from, 0, count, weight, bias, mean, reciprocal, y);
    return reciprocal;
  }

  @Override
  public void layerNormalized(
      float[] x, int from, int count, float reciprocal, float[] normalized) {
    float mean = ScalarSums.sum(x, from, from + count) / count;
    normalize(x, from, from + count, mean, reciprocal, normalized);
  }

  @Override
  public void layerNormBackward(
      float[] normalized,
      int from,
      int count,
      float[] weight,
      float reciprocal,
      float[] dy,
      float[] dx) {
    float mean = ScalarSums.dot(weight, 0, dy, from, count) / count;
    float along = ScalarSums.weightedDot(weight, dy, normalized, from, count, 1f) / count;
    project(normalized, from, 0, count, weight, reciprocal, mean, along, dy, dx);
  }

  /** Returns {@code 1/√(mean + epsilon)}. */
  public static float reciprocal(float mean, float epsilon) {
    return 1f / (float) Math.sqrt(mean + epsilon);
  }

  /** The elementwise half of {@link #rmsNorm}. */
  public static void scale(
      float[] x, int from, int start, int count, float[] weight, float reciprocal, float[] y) {
    for (int i = start; i < count; i++) {
      y[from + i] = x[from + i] * reciprocal * weight[i];
    }
  }

  /** The elementwise half of {@link #rmsNormBackward}. */
  public static void project(
      float[] x,
      int from,
      int start,
      int count,
      float[] weight,
      float reciprocal,
      float along,
      float[] dy,
      float[] dx) {
    for (int i = start; i < count; i++) {
      float g = weight[i] * dy[from + i];
      dx[from + i] = reciprocal * Math.fma(-along, reciprocal * x[from + i], g);
    }
  }

  /** The elementwise part of {@link #layerNorm}. */
  public static void scale(
      float[] x,
      int from,
      int start,
      int count,
      float[] weight,
      float[] bias,
      float mean,
      float reciprocal,
      float[] y) {
    for (int i = start; i < count; i++) {
      y[from + i] = Math.fma((x[from + i] - mean) * reciprocal, weight[i], bias[i]);
    }
  }

  /** The elementwise half of {@link #layerNormalized}, for elements {@code [from .. to)}. */
  public static void normalize(
      float[] x, int from, int to, float mean, float reciprocal, float[] normalized) {
    for (int i = from; i < to; i++) {
      normalized[i] = (x[i] - mean) * reciprocal;
    }
  }

  /** The elementwise part of {@link #layerNormBackward}. */
  public static void project(
      float[] normalized,
      int from,
      int start,
      int count,
      float[] weight,
      float reciprocal,
      float mean,
      float along,
      float[] dy,
      float[] dx) {
    for (int i = start; i < count; i++) {
      float g = weight[i] * dy[from + i] - mean;
      dx[from + i] = reciprocal * Math.fma(-along, normalized[from + i], g);
    }
  }
}
