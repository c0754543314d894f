package dev.amalgam.core.kernel;

/**
 * RMSNorm (Zhang and Sennrich, arXiv 1910.07467) and LayerNorm (Ba et al., arXiv 1607.06450) of one
 * row, {@code [from .. from + count)} of an array, and their gradients. Means are sums of float32
 * in 64 lanes (see {@link SoftmaxKernels}) divided by the count. The twins give equal bits, but for
 * those of a NaN.
 */
public interface NormalizationKernels {

  /**
   * Writes {@code x̂[i]·weight[i]} to {@code y[from + i]}, where {@code x̂ = x/√(mean(x²) +
   * epsilon)}.
   *
   * @return {@code 1/√(mean(x²) + epsilon)}
   */
  float rmsNorm(float[] x, int from, int count, float[] weight, float epsilon, float[] y);

  /**
   * Writes the gradient at {@code x}, given that at {@code y}, to {@code dx[from + i]}: {@code r·(g
   * − x̂·mean(g·x̂))} with {@code g = weight·dy}, {@code x̂ = r·x}. {@code dx} may be {@code dy}.
   *
   * @param reciprocal r, what {@link #rmsNorm} returned
   */
  void rmsNormBackward(
      float[] x, int from, int count, float[] weight, float reciprocal, float[] dy, float[] dx);

  /**
   * Writes {@code x̂[i]·weight[i] + bias[i]} to {@code y[from + i]}, where {@code x̂ = (x −
   * mean)/√(variance + epsilon)} and the variance is the mean of (x − mean)².
   *
   * @return {@code 1/√(variance + epsilon)}
   */
  float layerNorm(
      float[] x, int from, int count, float[] weight, float[] bias, float epsilon, float[] y);

  /** Writes {@code (x[i] − mean)·reciprocal} to {@code normalized[from + i]}, as layerNorm does. */
  void layerNormalized(float[] x, int from, int count, float reciprocal, float[] normalized);

  /**
   * Writes the gradient at {@code x}, given that at {@code y}, to {@code dx[from + i]}: {@code r·(g
   * − mean(g) − x̂·mean(g·x̂))} with {@code g = weight·dy}. {@code dx} may be {@code dy}.
   *
   * @param normalized x̂, at {@code [from .. from + count)}
   * @param reciprocal r, what {@link #layerNorm} returned
   */
  void layerNormBackward(
      float[] normalized,
      int from,
      int count,
      float[] weight,
      float reciprocal,
      float[] dy,
      float[] dx);
}
