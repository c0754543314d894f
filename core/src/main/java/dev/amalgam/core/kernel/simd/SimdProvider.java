package dev.amalgam.core.kernel.simd;

import dev.amalgam.core.kernel.Kernels;

/** Where {@link Kernels} finds the SIMD twins. */
public final class SimdProvider {

  private SimdProvider() {}

  /**
   * Returns the SIMD twins, or the scalar ones if this machine's vectors are too narrow for them.
   */
  public static Kernels kernels() {
    if (Species.PREFERRED_BITS < Species.NARROWEST) {
      return Kernels.scalar();
    }
    return new Kernels(
        new SimdConversion(),
        new SimdDeltaKernels(),
        new SimdActivation(),
        new SimdSoftmax(),
        new SimdNormalization(),
        new SimdMatrixKernels(),
        Species.FLOATS.vectorBitSize());
  }
}
