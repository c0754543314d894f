package dev.amalgam.core.kernel;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("parity")
class NormalizationParityTest {

  /** The loops, as what they do to arrays: 0 and 1 in, 2 and 3 out; weights are from index 0. */
  enum Loop implements Twins.Kernel {
    RMS {
      @Override
      public void run(Kernels k, float[][] a, int from, int count) {
        float reciprocal = k.normalization().rmsNorm(a[0], from, count, a[1], 1e-5f, a[2]);
        Arrays.fill(a[3], from, from + count, reciprocal);
      }
    },
    RMS_BACKWARD {
      @Override
      public void run(Kernels k, float[][] a, int from, int count) {
        k.normalization().rmsNormBackward(a[0], from, count, a[1], 0.23f, a[4], a[2]);
      }
    },
    RMS_BACKWARD_IN_PLACE {
      @Override
      public void run(Kernels k, float[][] a, int from, int count) {
        k.normalization().rmsNormBackward(a[0], from, count, a[1], 0.23f, a[2], a[2]);
      }
    },
    LAYER {
      @Override
      public void run(Kernels k, float[][] a, int from, int count) {
        float reciprocal = k.normalization().layerNorm(a[0], from, count, a[1], a[4], 1e-5f, a[2]);
        Arrays.fill(a[3], from, from + count, reciprocal);
      }
    },
    LAYER_NORMALIZED {
      @Override
      public void run(Kernels k, float[][] a, int from, int count) {
        k.normalization().layerNormalized(a[0], from, count, 0.23f, a[2]);
      }
    },
    LAYER_BACKWARD {
      @Override
      public void run(Kernels k, float[][] a, int from, int count) {
        k.normalization().layerNormBackward(a[0], from, count, a[1], 0.23f, a[4], a[2]);
      }
    },
    LAYER_BACKWARD_IN_PLACE {
      @Override
      public void run(Kernels k, float[][] a, int from, int count) {
        k.normalization().layerNormBackward(a[0], from, count, a[1], 0.23f, a[2], a[2]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void twinsGiveEqualBitsInsideTheRangeAndWriteNothingOutside(Loop loop) {
    Twins.assertEqualBits(5, loop);
  }

  @ParameterizedTest
  @EnumSource
  void bitsStayEqualOnceCompiled(Loop loop) {
    Twins.assertEqualBitsColdAndCompiled(5, loop);
  }
}
