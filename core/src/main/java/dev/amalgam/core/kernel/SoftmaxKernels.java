package dev.amalgam.core.kernel;

/**
 * Softmax over one row, {@code [from .. to)} of an array, which must not be empty. Sums are of
 * float32 in 64 lanes: term i goes to lane i mod 64 in ascending order of i, then lane j + w is
 * added to lane j for w = 32, 16, …, 1; a sum of zeros is +0. Exponentials below 2^−125.5 are 0. A
 * NaN anywhere in a row makes all of its results NaN. The twins give equal bits, but for those of a
 * NaN.
 */
public interface SoftmaxKernels {

  /**
   * Replaces {@code x[i]} by {@code exp(x[i] − max)/Σ exp(x[j] − max)}, by multiplication with the
   * reciprocal of the sum. A row whose maximum is infinite becomes NaN.
   */
  void softmax(float[] x, int from, int to);

  /**
   * Returns {@code ln Σ exp(x[i])}, worked out from the maximum; ±∞ if that is the maximum. The
   * logarithm and its sum with the maximum are float64, rounded once.
   */
  float logSumExp(float[] x, int from, int to);

  /** Replaces {@code x[i]} by {@code scale·exp(x[i] − logSumExp)}, entry by entry. */
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
