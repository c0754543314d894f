package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeltaKernelsTest {

  static Stream<DeltaKernels> twins() {
    return Stream.of(Kernels.scalar().delta(), Kernels.get().delta());
  }

  @ParameterizedTest
  @MethodSource("twins")
  void aBandExcludesItsLowerBoundAndIncludesItsUpper(DeltaKernels twin) {
    float[] x = {1f, -1f, 2f, -2f, 1.5f, -3f, 0f, Float.NaN, Float.NEGATIVE_INFINITY};
    twin.keepBand(x, x.length, Float.floatToRawIntBits(1f), Float.floatToRawIntBits(2f));
    assertSameFloats(new float[] {0, 0, 2, -2, 1.5f, 0, 0, 0, 0}, x);
  }

  @ParameterizedTest
  @MethodSource("twins")
  void aBandWithoutBoundsKeepsEverything(DeltaKernels twin) {
    float[] x = {-0f, 0f, 1e-45f, Float.POSITIVE_INFINITY, Float.NaN};
    float[] before = x.clone();
    twin.keepBand(x, x.length, -1, Integer.MAX_VALUE);
    assertSameFloats(before, x);
  }

  @ParameterizedTest
  @MethodSource("twins")
  void drawsAreComparedUnsignedAndTheThresholdItselfIsDropped(DeltaKernels twin) {
    int[] draws = {0, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, -1};
    float[] x = {1, -2, 3, 4, 5};
    twin.keepDrawn(x, x.length, draws, 0x8000_0001);
    assertSameFloats(new float[] {1, -2, 3, 0, 0}, x);
  }

  @ParameterizedTest
  @MethodSource("twins")
  void onlyEntriesOfTheMajoritysSignCount(DeltaKernels twin) {
    float[] x = {2, -2, 2, -2, 3, -3, 0, 0, Float.NaN, 4, -4};
    float[] majority = {1, 1, -1, -1, 0, -0f, 1, -1, 1, Float.NaN, Float.NaN};
    float[] sum = new float[11];
    float[] divisor = new float[11];
    twin.addAgreeing(x, 0.5f, majority, sum, divisor, 11);
    assertSameFloats(new float[] {2, 0, 0, -2, 3, 0, 0, 0, 0, 0, 0}, sum);
    assertSameFloats(new float[] {.5f, 0, 0, .5f, .5f, 0, 0, 0, 0, 0, 0}, divisor);
  }

  @ParameterizedTest
  @MethodSource("twins")
  void drawsAreThoseOfSplitMix64LowHalfFirst(DeltaKernels twin) {
    long key = 0xfeed_beef_cafe_f00dL;
    var reference = new SplittableRandom(key);
    int[] draws = new int[1001];
    twin.draw(key, 0, draws, draws.length);
    for (int i = 0; i < draws.length; i += 2) {
      long word = reference.nextLong();
      assertEquals((int) word, draws[i]);
      if (i + 1 < draws.length) {
        assertEquals((int) (word >>> 32), draws[i + 1]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void aStreamDoesNotDependOnHowItIsCutIntoRuns(DeltaKernels twin) {
    int[] whole = new int[1000];
    twin.draw(77, 0, whole, whole.length);
    for (int first : new int[] {2, 16, 498, 998}) {
      int[] rest = new int[1000 - first];
      twin.draw(77, first, rest, rest.length);
      assertArrayEquals(Arrays.copyOfRange(whole, first, 1000), rest);
    }
  }

  @Test
  void everyBitOfTheDrawsIsSetHalfOfTheTime() {
    int count = 1 << 20;
    int[] draws = new int[count];
    Kernels.get().delta().draw(20260101, 0, draws, count);
    for (int bit = 0; bit < 32; bit++) {
      int set = 0;
      for (int draw : draws) {
        set += draw >>> bit & 1;
      }
      // Five standard deviations of a fair coin.
      assertEquals(count / 2.0, set, 5 * Math.sqrt(count) / 2, "bit " + bit);
    }
  }

  private static void assertSameFloats(float[] expected, float[] actual) {
    assertArrayEquals(Hostile.bits(expected), Hostile.bits(actual));
  }
}
