package dev.amalgam.core.kernel;

/** The non-linear functions that transformers apply to each element. */
public enum ActivationFunction {
  /** {@code x·σ(x)} (Hendrycks and Gimpel, arXiv 1606.08415; Elfwing et al., arXiv 1702.03118). */
  SILU,
  /** {@code x·Φ(x)} with the error function (arXiv 1606.08415). */
  GELU,
  /** {@code ½x·(1 + tanh(√(2/π)·(x + 0.044715x³)))} (arXiv 1606.08415). */
  GELU_TANH,
  /** {@code max(x, 0)}. */
  RELU,
  /** {@code max(x, 0)²} (So et al., arXiv 2109.08668). */
  RELU_SQUARED,
  /** {@code tanh(x)}. */
  TANH
}
