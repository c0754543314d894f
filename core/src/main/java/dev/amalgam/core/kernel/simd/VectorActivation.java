package dev.amalgam.core.kernel.simd;

import dev.amalgam.core.kernel.ActivationKernels;

/**
 * The loop of one activation function over ranges of whole vectors. It is one loop for all of
 * {@link ActivationKernels} because it must have everything written out (see {@link ExpConstants});
 * the compiler takes the choice of the pass out of it.
 */
interface VectorActivation {

  /** What to do with the value f(x) and the slope f′(x). */
  enum Pass {
    /** Store the value. */
    APPLY,
    /** Store {@code dy·slope}. */
    BACKWARD,
    /** Store {@code up·value}. */
    GATE,
    /** Store {@code dy·up·slope} and, in {@code dUp}, {@code dy·value}. */
    GATE_BACKWARD
  }

  /** Runs a pass; the arrays that it has no use for are not looked at. */
  void run(
      Pass pass, float[] x, float[] up, float[] dy, float[] out, float[] dUp, int from, int to);
}
