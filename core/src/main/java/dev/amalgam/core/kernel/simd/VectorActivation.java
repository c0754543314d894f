package dev.amalgam.core.kernel.simd;

import dev.amalgam.core.kernel.ActivationKernels;

/**
 * The loops of {@link ActivationKernels} for one function, over ranges of whole vectors. Each
 * function has its own, so that none of them calls through an interface for every vector.
 */
interface VectorActivation {

  void apply(float[] x, float[] y, int from, int to);

  void backward(float[] x, float[] dy, float[] dx, int from, int to);

  void gate(float[] gate, float[] up, float[] y, int from, int to);

  void gateBackward(
      float[] gate, float[] up, float[] dy, float[] dGate, float[] dUp, int from, int to);
}
