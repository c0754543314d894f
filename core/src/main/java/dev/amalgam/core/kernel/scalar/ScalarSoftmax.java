package dev.amalgam.core.kernel.scalar;

import dev.amalgam.core.kernel.SoftmaxKernels;

/**
 * Softmax in plain Java. The static methods work on a range of their arrays and finish what the
 * SIMD twin leaves over.
 */
public final class ScalarSoftmax implements SoftmaxKernels {

  @Override
  public void softmax(float[] x, int from, int to) {
    float max = max(x, from, to, Float.NEGATIVE_INFINITY);
    exponentials(x, from, to, max, 1f);
    scale(x, from, to, 1f / ScalarSums.sum(x, from, to));
  }

  @Override
  public float logSumExp(float[] x, int from, int to) {
    float max = max(x, from, to, Float.NEGATIVE_INFINITY);
    float shift = shift(max);
    return logarithm(shift, ScalarSums.exponentials(x, from, to, shift));
  }

  @Override
  public void probabilities(float[] x, int from, int to, float logSumExp, float scale) {
    exponentials(x, from, to, logSumExp, scale);
  }

  @Override
  public void backward(float[] p, int pFrom, float[] dp, int from, int to, float scale) {
    float mean = ScalarSums.dot(p, pFrom, dp, from, to - from);
    centre(p, pFrom, dp, from, to, mean, scale);
  }

  /** Returns the largest entry that is a number, or {@code floor} if that is larger. */
  public static float max(float[] x, int from, int to, float floor) {
    float max = floor;
    for (int i = from; i < to; i++) {
      max = x[i] > max ? x[i] : max;
    }
    return max;
  }

  /** Returns what logSumExp subtracts: the maximum, unless ∞ − ∞ would come of it. */
  public static float shift(float max) {
    return Float.isInfinite(max) ? 0f : max;
  }

  /** Returns {@code shift + ln sum}, rounded once. */
  public static float logarithm(float shift, float sum) {
    return (float) (shift + StrictMath.log(sum));
  }

  /** Replaces {@code x[i]} by {@code scale·exp(x[i] − shift)}. */
  public static void exponentials(float[] x, int from, int to, float shift, float scale) {
    for (int i = from; i < to; i++) {
      x[i] = scale * ScalarExp.exp(x[i] - shift);
    }
  }

  /** Multiplies each entry. */
  public static void scale(float[] x, int from, int to, float by) {
    for (int i = from; i < to; i++) {
      x[i] *= by;
    }
  }

  /** Replaces {@code dp[i]} by {@code scale·p·(dp[i] − mean)}. */
  public static void centre(
      float[] p, int pFrom, float[] dp, int from, int to, float mean, float scale) {
    for (int i = from; i < to; i++) {
      dp[i] = scale * p[pFrom + i - from] * (dp[i] - mean);
    }
  }
}
