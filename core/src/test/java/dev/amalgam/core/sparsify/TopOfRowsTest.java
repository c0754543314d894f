package dev.amalgam.core.sparsify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.merge.InBlocks;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopOfRowsTest {

  private static final float[] NO_FACTORS = {};

  @ParameterizedTest
  @ValueSource(ints = {16, 24, 257})
  void theLargestOfEachRowAreKept(int length) {
    Random random = new Random(4);
    float[] delta = new float[3 * length];
    for (int i = 0; i < delta.length; i++) {
      delta[i] = random.nextInt(1, 9) * (random.nextBoolean() ? 1 : -1);
    }
    int[] keep = {0, length / 3, length};
    TopOfRows rows = new TopOfRows(keep, length, new float[] {9, 2, 1}, Scores.OF_DELTA);
    float[] kept = InBlocks.sparsify(rows, delta, length);
    for (int row = 0; row < 3; row++) {
      double[] due = fallingMagnitudes(delta, row, length);
      double[] actual = fallingMagnitudes(kept, row, length);
      float factor = row == 1 ? 2 : 1;
      for (int i = 0; i < length; i++) {
        assertEquals(i < keep[row] ? factor * due[i] : 0, actual[i], 0.0);
      }
    }
  }

  private static double[] fallingMagnitudes(float[] x, int row, int length) {
    float[] own = Arrays.copyOfRange(x, row * length, (row + 1) * length);
    return IntStream.range(0, length).mapToDouble(i -> -Math.abs(own[i])).sorted().toArray();
  }

  @Test
  void ofEqualsTheFirstAreKeptZerosToo() {
    float[] delta = {1, 2, 3, 4, 5, 6};
    float[] scores = {0, 7, 0, 0, 0, 0};
    TopOfRows rows = new TopOfRows(new int[] {2, 2}, 3, NO_FACTORS, ScoresOf.array(scores));
    assertArrayEquals(new float[] {1, 2, 0, 4, 5, 0}, InBlocks.sparsify(rows, delta, 3));
  }
}
