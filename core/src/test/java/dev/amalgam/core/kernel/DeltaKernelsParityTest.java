package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parity")
class DeltaKernelsParityTest {

  private static final int SPARE = 20;

  private final DeltaKernels scalar = Kernels.scalar().delta();
  private final DeltaKernels chosen = Kernels.get().delta();

  @Test
  void bandsKeepTheSameEntries() {
    int middle = Float.floatToRawIntBits(0.04f);
    int infinity = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    int[][] bands = {
      {-1, Integer.MAX_VALUE},
      {-1, middle},
      {0, middle},
      {middle, infinity},
      {middle, middle},
      {0x007f_ffff, Integer.MAX_VALUE},
      {infinity, Integer.MAX_VALUE},
      {0, 0},
    };
    for (int[] band : bands) {
      assertEqualBits(
          (twin, count) -> {
            float[] x = Hostile.floats(count + SPARE, count);
            twin.keepBand(x, count, band[0], band[1]);
            return Hostile.bits(x);
          });
    }
  }

  @Test
  void drawsKeepTheSameEntries() {
    for (int threshold : new int[] {0, 1, 0x7fff_ffff, 0x8000_0000, 0xc000_0000, -1}) {
      assertEqualBits(
          (twin, count) -> {
            float[] x = Hostile.floats(count + SPARE, count);
            int[] draws = new Random(count).ints(count + SPARE).toArray();
            for (int i = 0; i < draws.length; i += 3) {
              draws[i] = threshold - 1 + i % 2;
            }
            twin.keepDrawn(x, count, draws, threshold);
            return Hostile.bits(x);
          });
    }
  }

  @Test
  void agreeingEntriesAddUpTheSame() {
    assertEqualBits(
        (twin, count) -> {
          float[] sum = Hostile.floats(count + SPARE, count + 3);
          addAgreeing(twin, count, sum, new float[count + SPARE]);
          return Hostile.bits(sum);
        });
    assertEqualBits(
        (twin, count) -> {
          float[] divisor = Hostile.floats(count + SPARE, count + 4);
          addAgreeing(twin, count, new float[count + SPARE], divisor);
          return Hostile.bits(divisor);
        });
  }

  private static void addAgreeing(DeltaKernels twin, int count, float[] sum, float[] divisor) {
    float[] x = Hostile.floats(count + SPARE, count + 1);
    float[] majority = Hostile.floats(count + SPARE, count + 2);
    twin.addAgreeing(x, 0.3f, majority, sum, divisor, count);
  }

  @Test
  void streamsAreTheSame() {
    for (long key : new long[] {0, 0x8123_4567_89ab_cdefL}) {
      for (long first : new long[] {0, 62, 6L << 40}) {
        assertEqualBits(
            (twin, count) -> {
              int[] draws = new int[count + SPARE];
              twin.draw(key, first, draws, count);
              return draws;
            });
      }
    }
  }

  /** Runs a kernel with both twins: over every count, and over one until it is compiled. */
  private void assertEqualBits(BiFunction<DeltaKernels, Integer, int[]> kernel) {
    for (int count : Hostile.counts()) {
      assertArrayEquals(
          kernel.apply(scalar, count), kernel.apply(chosen, count), () -> "count " + count);
    }
    int count = 4099;
    int[] cold = kernel.apply(scalar, count);
    for (int round = 0; round < Hostile.rounds() / 20 + 1; round++) {
      assertArrayEquals(cold, kernel.apply(scalar, count));
      assertArrayEquals(cold, kernel.apply(chosen, count));
    }
  }
}
