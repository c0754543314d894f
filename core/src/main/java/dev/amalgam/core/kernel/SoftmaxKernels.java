package dev.amalgam.core.kernel;

/**
 * Softmax over one row, {@code [from .. to)} of an array, which must not be empty. Sums are of
 * float32 in 64 lanes: term i goes to lane i mod 64 in ascending order of i, then lane j + w is
 * added to lane j for w = 32, 16, …, 1. The twins give equal bits.
 */
public interface SoftmaxKernels {

  /** Replaces {@code x[i]} by {@code exp(x[i] − max)/Σ exp(x[j] − max)}. */
  void softmax(float[] x, int from, int to);

  /** Returns {@code ln Σ exp(x[i])}, worked out from the maximum. */
  float logSumExp(float[] x, int from, int to);

  /** Replaces {@code x[i]} by {@code scale·exp(x[i] − logSumExp)}. */
  void probabilities(float[] x, int from, int to, float logSumExp, float scale);

  /**
   * Takes the gradient of probabilities back to the values they were made of: replaces {@code
   * dp[i]} by {@code scale·p[i]·(dp[i] − Σ p[j]·dp[j])}, i counted from each range's own start.
   *
   * @param p the probabilities, from {@code pFrom} on
   * @param dp their gradient, {@code [from .. to)}
   */
  void backward(float[] p, int pFrom, float[] dp, int from, int to, float scale);
}
