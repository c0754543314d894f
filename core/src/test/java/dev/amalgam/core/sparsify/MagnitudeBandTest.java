package dev.amalgam.core.sparsify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.amalgam.core.merge.InBlocks;
import dev.amalgam.core.merge.Tasks;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every band is compared with one cut out of the sorted delta. */
class MagnitudeBandTest {

  private static final int[] BLOCKS = {1, 2, 3, 5, 64};

  @Test
  void everyBandOfShortDeltasWithManyEqualsIsRight() {
    Random random = new Random(1);
    for (int round = 0; round < 8; round++) {
      int count = 1 + random.nextInt(9);
      float[] delta = new float[count];
      for (int i = 0; i < count; i++) {
        delta[i] = random.nextInt(-2, 3);
      }
      assertEveryBand(delta);
    }
  }

  @Test
  void everyBandOfEqualMagnitudesIsRight() {
    assertEveryBand(new float[] {3, -3, 3, 3, -3, 3, -3});
  }

  @Test
  void everyBandOfZerosIsRight() {
    assertEveryBand(new float[] {0, -0f, 0, 0, -0f});
    assertEveryBand(new float[] {0, 0, 1e-45f, 0, 0});
  }

  @Test
  void everyBandOfOneEntryIsRight() {
    assertEveryBand(new float[] {-7});
  }

  @Test
  void extremesAreOrderedLikeOthers() {
    assertEveryBand(
        new float[] {
          Float.NEGATIVE_INFINITY, Float.MAX_VALUE, -1e-45f, Float.MIN_NORMAL, 0, Float.NaN, 1
        });
  }

  @Test
  void magnitudesThatDifferInTheirLastBitAreToldApart() {
    float[] delta = new float[40];
    for (int i = 0; i < delta.length; i++) {
      float magnitude = Float.intBitsToFloat(Float.floatToRawIntBits(0.02f) + i * 17 % 40 / 2);
      delta[i] = i % 3 == 0 ? -magnitude : magnitude;
    }
    for (int skip : new int[] {0, 1, 7, 20}) {
      for (int keep : new int[] {1, 2, 9, 19, 20}) {
        assertBand(delta, skip, keep);
      }
    }
  }

  @Test
  void longDeltasAreCutRight() {
    float[] delta = Tasks.gaussian(10_007, 2);
    float[] coarse = delta.clone();
    for (int i = 0; i < coarse.length; i++) {
      coarse[i] = Math.round(coarse[i] * 500) / 500f;
    }
    for (float[] x : new float[][] {delta, coarse}) {
      for (int[] band : new int[][] {{0, 3002}, {100, 8005}, {0, 10_006}, {5000, 1}, {9, 9998}}) {
        assertArrayEquals(
            sorted(x, band[0], band[1]),
            Tasks.unsignedZeros(
                InBlocks.sparsify(MagnitudeBand.of(x.length, band[0], band[1]), x, 512)));
      }
    }
  }

  @Test
  void aSparsifierThatSelectsNothingNeedsNoScan() {
    assertSame(Sparsifier.KEEP_ALL, MagnitudeBand.of(10, 0, 10));
    assertSame(Sparsifier.KEEP_NONE, MagnitudeBand.of(10, 3, 0));
    assertSame(Sparsifier.KEEP_NONE, MagnitudeBand.of(0, 0, 0));
    assertEquals(0, InBlocks.sparsify(MagnitudeBand.of(0, 0, 0), new float[0], 8).length);
  }

  private static void assertEveryBand(float[] delta) {
    for (int skip = 0; skip <= delta.length; skip++) {
      for (int keep = 0; keep <= delta.length - skip; keep++) {
        assertBand(delta, skip, keep);
      }
    }
  }

  private static void assertBand(float[] delta, int skip, int keep) {
    float[] expected = sorted(delta, skip, keep);
    for (int length : BLOCKS) {
      Sparsifier band = MagnitudeBand.of(delta.length, skip, keep);
      assertArrayEquals(
          expected,
          Tasks.unsignedZeros(InBlocks.sparsify(band, delta, length)),
          () -> "skip " + skip + ", keep " + keep + ", blocks of " + length);
    }
  }

  private static float[] sorted(float[] delta, int skip, int keep) {
    float[] kept = new float[delta.length];
    IntStream.range(0, delta.length)
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> -Math.abs(delta[i])).thenComparing(i -> i))
        .sorted(Comparator.comparing(i -> Float.isNaN(delta[i]) ? 0 : 1))
        .skip(skip)
        .limit(keep)
        .forEach(i -> kept[i] = delta[i]);
    return Tasks.unsignedZeros(kept);
  }
}
