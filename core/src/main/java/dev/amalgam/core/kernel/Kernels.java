package dev.amalgam.core.kernel;

import dev.amalgam.core.kernel.scalar.ScalarActivation;
import dev.amalgam.core.kernel.scalar.ScalarConversion;
import dev.amalgam.core.kernel.scalar.ScalarDeltaKernels;
import dev.amalgam.core.kernel.scalar.ScalarMatrixKernels;
import dev.amalgam.core.kernel.scalar.ScalarNormalization;
import dev.amalgam.core.kernel.scalar.ScalarSoftmax;

/**
 * The kernels that this process uses, chosen once: the SIMD twins where the incubator Vector API
 * module is present and the virtual machine compiles it, the scalar twins elsewhere. Both give
 * equal bits.
 *
 * @param conversion between stored elements and float32
 * @param delta loops of delta merging
 * @param activation activation functions and their gradients
 * @param softmax softmax of rows and its gradient
 * @param normalization RMSNorm and LayerNorm of rows and their gradients
 * @param matrix inner loops of matrix products
 * @param vectorBits the width of the vectors in bits, 0 for the scalar twins
 */
public record Kernels(
    Conversion conversion,
    DeltaKernels delta,
    ActivationKernels activation,
    SoftmaxKernels softmax,
    NormalizationKernels normalization,
    MatrixKernels matrix,
    int vectorBits) {

  private static final String VECTOR_MODULE = "jdk.incubator.vector";
  private static final String SIMD_PROVIDER = "dev.amalgam.core.kernel.simd.SimdProvider";

  /** Returns this process's kernels. */
  public static Kernels get() {
    return Holder.CHOSEN;
  }

  /**
   * Returns this process's kernels for work that starts at once: each SIMD loop is compiled in the
   * background when it is first wanted, and its scalar twin, which gives equal bits, works
   * meanwhile. That goes for merging; the kernels that run models are those of {@link #get()}.
   */
  public static Kernels warmingUp() {
    return Holder.WARMING;
  }

  /**
   * Has the loops that every merge needs compiled in the background, so that they are ready when
   * the data is. Returns at once.
   */
  public static void warmUp() {
    if (warmingUp().conversion() instanceof WarmingConversion conversion) {
      conversion.start();
    }
  }

  /** Returns the scalar twins. */
  public static Kernels scalar() {
    return new Kernels(
        new ScalarConversion(),
        new ScalarDeltaKernels(),
        new ScalarActivation(),
        new ScalarSoftmax(),
        new ScalarNormalization(),
        new ScalarMatrixKernels(),
        0);
  }

  /** Returns whether the Vector API's module is there, so that the SIMD twins can be used. */
  static boolean simdAvailable() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
  }

  /**
   * Returns the SIMD twins, whether or not the virtual machine compiles them. The Vector API's
   * module must be there.
   */
  static Kernels simd() {
    // Looked up by name: these classes cannot even be linked where the module is absent.
    try {
      var provider = Class.forName(SIMD_PROVIDER).getDeclaredMethod("kernels");
      return (Kernels) provider.invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("The SIMD kernels are missing from this build", e);
    }
  }

  private static final class Holder {
    static final Kernels CHOSEN = simdAvailable() && VectorCompiler.isPresent() ? simd() : scalar();
    static final Kernels WARMING = warming(CHOSEN);

    private static Kernels warming(Kernels chosen) {
      if (chosen.vectorBits() == 0) {
        return chosen;
      }
      Kernels scalar = scalar();
      return new Kernels(
          new WarmingConversion(scalar.conversion(), chosen.conversion()),
          new WarmingDeltaKernels(scalar.delta(), chosen.delta()),
          chosen.activation(),
          chosen.softmax(),
          chosen.normalization(),
          chosen.matrix(),
          chosen.vectorBits());
    }
  }
}
