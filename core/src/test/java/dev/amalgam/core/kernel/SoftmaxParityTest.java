package dev.amalgam.core.kernel;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("parity")
class SoftmaxParityTest {

  /** The loops, as what they do to arrays. */
  enum Loop implements Twins.Kernel {
    SOFTMAX {
      @Override
      public void run(Kernels k, float[][] a, int from, int count) {
        k.softmax().softmax(a[0], from, from + count);
      }
    },
    LOG_SUM_EXP {
      @Override
      public void run(Kernels k, float[][] a, int from, int count) {
        float result = k.softmax().logSumExp(a[0], from, from + count);
        Arrays.fill(a[1], from, from + count, result);
      }
    },
    PROBABILITIES {
      @Override
      public void run(Kernels k, float[][] a, int from, int count) {
        k.softmax().probabilities(a[0], from, from + count, 3.7f, 0.6f);
      }
    },
    BACKWARD {
      @Override
      public void run(Kernels k, float[][] a, int from, int count) {
        k.softmax().backward(a[0], from, a[1], from, from + count, 0.6f);
      }
    },
    BACKWARD_FROM_ELSEWHERE {
      @Override
      public void run(Kernels k, float[][] a, int from, int count) {
        k.softmax().backward(a[0], from + 5, a[1], from, from + count, 0.6f);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void twinsGiveEqualBitsInsideTheRangeAndWriteNothingOutside(Loop loop) {
    Twins.assertEqualBits(2, loop);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BACKWARD_FROM_ELSEWHERE")
  void bitsStayEqualOnceCompiled(Loop loop) {
    Twins.assertEqualBitsColdAndCompiled(2, loop);
  }

  @ParameterizedTest
  @ValueSource(
      floats = {
        Float.NEGATIVE_INFINITY,
        Float.POSITIVE_INFINITY,
        Float.NaN,
        -0f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        -88f
      })
  void oneOddEntryOrNothingElseGivesEqualBits(float odd) {
    for (int count : new int[] {1, 5, 64, 150}) {
      for (int at : new int[] {0, count / 2, count - 1}) {
        for (Loop loop : Loop.values()) {
          float[][] row = Twins.ordinary(2, count + 5);
          row[0][at] = odd;
          Twins.assertEqualBits(row, 0, count, loop);
          Arrays.fill(row[0], odd);
          Twins.assertEqualBits(row, 0, count, loop);
        }
      }
    }
  }
}
