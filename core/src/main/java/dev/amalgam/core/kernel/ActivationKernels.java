package dev.amalgam.core.kernel;

/**
 * Activation functions over ranges {@code [from .. to)} of arrays, with this project's own
 * polynomials for exp, tanh and Φ; docs/precision.md states their errors. Functions and derivatives
 * reach their limits at ±∞, NaN gives NaN. A result may take the place of an argument. The twins
 * give equal bits, but for those of a NaN.
 */
public interface ActivationKernels {

  /** Writes {@code f(x[i])} to {@code y[i]}. */
  void apply(ActivationFunction f, float[] x, float[] y, int from, int to);

  /** Writes {@code dy[i]·f′(x[i])} to {@code dx[i]}. */
  void backward(ActivationFunction f, float[] x, float[] dy, float[] dx, int from, int to);

  /** Writes {@code f(gate[i])·up[i]} to {@code y[i]}. */
  void gate(ActivationFunction f, float[] gate, float[] up, float[] y, int from, int to);

  /**
   * Takes the gradient {@code dy} of a gated value back: writes {@code dy[i]·up[i]·f′(gate[i])} to
   * {@code dGate[i]} and {@code dy[i]·f(gate[i])} to {@code dUp[i]}.
   */
  void gateBackward(
      ActivationFunction f,
      float[] gate,
      float[] up,
      float[] dy,
      float[] dGate,
      float[] dUp,
      int from,
      int to);
}
