package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parity")
class DeltaKernelsParityTest {

  private static final int SPARE = 20;

  private final DeltaKernels scalar = Kernels.scalar().delta();
  private final DeltaKernels chosen = Kernels.simd().delta();

  @Test
  void bandsKeepTheSameEntries() {
    int middle = Float.floatToRawIntBits(0.04f);
    int infinity = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    assertEqualBitsColdAndCompiled(band(0, middle));
    assertEqualBits(band(-1, Integer.MAX_VALUE));
    assertEqualBits(band(-1, middle));
    assertEqualBits(band(middle, infinity));
    assertEqualBits(band(middle, middle));
    assertEqualBits(band(0x007f_ffff, Integer.MAX_VALUE));
    assertEqualBits(band(infinity, Integer.MAX_VALUE));
    assertEqualBits(band(0, 0));
  }

  private static Kernel band(int low, int high) {
    return (twin, count) -> {
      float[] x = Hostile.floats(count + SPARE, count);
      twin.keepBand(x, count, low, high);
      return Hostile.bits(x);
    };
  }

  @Test
  void drawsKeepTheSameEntries() {
    assertEqualBitsColdAndCompiled(drawn(0x8000_0000));
    for (int threshold : new int[] {0, 1, 0x7fff_ffff, 0xc000_0000, -1}) {
      assertEqualBits(drawn(threshold));
    }
  }

  private static Kernel drawn(int threshold) {
    return (twin, count) -> {
      float[] x = Hostile.floats(count + SPARE, count);
      int[] draws = new Random(count).ints(count + SPARE).toArray();
      for (int i = 0; i < draws.length; i += 3) {
        draws[i] = threshold - 1 + i % 2;
      }
      twin.keepDrawn(x, count, draws, threshold);
      return Hostile.bits(x);
    };
  }

  @Test
  void agreeingEntriesAddUpTheSame() {
    Kernel agreeing =
        (twin, count) -> {
          float[] x = Hostile.floats(count + SPARE, count + 1);
          float[] majority = Hostile.floats(count + SPARE, count + 2);
          float[] sum = Hostile.floats(count + SPARE, count + 3);
          float[] divisor = Hostile.floats(count + SPARE, count + 4);
          twin.addAgreeing(x, 0.3f, majority, sum, divisor, count);
          return IntStream.concat(
                  Arrays.stream(Hostile.bits(sum)), Arrays.stream(Hostile.bits(divisor)))
              .toArray();
        };
    assertEqualBitsColdAndCompiled(agreeing);
    assertEqualBits(agreeing);
  }

  @Test
  void streamsAreTheSame() {
    assertEqualBitsColdAndCompiled(stream(5, 0));
    for (long key : new long[] {0, 0x8123_4567_89ab_cdefL}) {
      for (long first : new long[] {0, 62, 6L << 40}) {
        assertEqualBits(stream(key, first));
      }
    }
  }

  private static Kernel stream(long key, long first) {
    return (twin, count) -> {
      int[] draws = new int[count + SPARE];
      twin.draw(key, first, draws, count);
      return draws;
    };
  }

  /**
   * Runs a kernel on {@code count} entries and returns the bits of all that it may have changed.
   */
  private interface Kernel {
    int[] run(DeltaKernels twin, int count);
  }

  private void assertEqualBits(Kernel kernel) {
    for (int count : Hostile.counts()) {
      assertArrayEquals(
          kernel.run(scalar, count), kernel.run(chosen, count), () -> "count " + count);
    }
  }

  private void assertEqualBitsColdAndCompiled(Kernel kernel) {
    int count = Hostile.HEATING_COUNT;
    int[] cold = kernel.run(scalar, count);
    for (int round = 0; round < Hostile.rounds(); round++) {
      assertArrayEquals(cold, kernel.run(scalar, count));
      assertArrayEquals(cold, kernel.run(chosen, count));
    }
  }
}
