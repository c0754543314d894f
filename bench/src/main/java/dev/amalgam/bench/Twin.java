package dev.amalgam.bench;

import dev.amalgam.core.kernel.Kernels;

/** The two implementations of each kernel, as a benchmark's parameter. */
public enum Twin {
  /** Plain Java. */
  SCALAR,
  /** The Vector API. */
  SIMD;

  Kernels kernels() {
    if (this == SCALAR) {
      return Kernels.scalar();
    }
    Kernels simd = Kernels.get();
    if (simd.vectorBits() == 0) {
      throw new IllegalStateException("The SIMD kernels are not in use in this virtual machine");
    }
    return simd;
  }
}
