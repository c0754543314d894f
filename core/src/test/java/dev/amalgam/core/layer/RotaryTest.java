package dev.amalgam.core.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.amalgam.core.kernel.Kernels;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RotaryTest {

  private static final int HEADS = 2;
  private static final int SIZE = 10;
  private static final RotaryBase BASE = new RotaryBase(6, 50);

  private static States rows(int rows) {
    Random random = new Random(5);
    States states = States.zeros(rows, HEADS * SIZE);
    for (int i = 0; i < states.data().length; i++) {
      states.data()[i] = (float) random.nextGaussian();
    }
    return states;
  }

  private static Batch batch(int... lengths) {
    return new Batch(
        Arrays.stream(lengths).mapToObj(length -> Example.ofText(new int[length])).toList());
  }

  private static float[] rotated(Rotary rotary, float[] x, boolean backwards, Pass pass) {
    States states = States.of(x.clone(), pass.batch().tokens(), HEADS * SIZE);
    rotary.rotate(states, backwards, pass);
    return states.data();
  }

  @ParameterizedTest
  @EnumSource
  void pairsOfTheFirstValuesOfAHeadAreRotatedAndTheOthersStay(Rotary.Pairs pairs) {
    Rotary rotary = new Rotary(SIZE, BASE, new RotaryScaling.None(), pairs);
    States x = rows(7);
    try (Engine engine = new Engine(2, Kernels.get())) {
      Pass pass = Pass.of(batch(3, 4), engine, false);
      float[] y = rotated(rotary, x.data(), false, pass);
      double[] due = new double[y.length];
      for (int row = 0; row < 7; row++) {
        for (int head = 0; head < HEADS; head++) {
          rotate(x.data(), x.at(row) + head * SIZE, row < 3 ? row : row - 3, pairs, due);
        }
      }
      for (int i = 0; i < due.length; i++) {
        assertEquals(due[i], y[i], 1e-5);
      }
      float[] back = rotated(rotary, y, true, pass);
      assertArrayEquals(x.data(), back, 1e-5f);
    }
  }

  private static void rotate(float[] x, int at, int position, Rotary.Pairs pairs, double[] y) {
    for (int i = 0; i < SIZE; i++) {
      y[at + i] = x[at + i];
    }
    for (int i = 0; i < 3; i++) {
      int one = at + (pairs == Rotary.Pairs.HALVES ? i : 2 * i);
      int other = pairs == Rotary.Pairs.HALVES ? one + 3 : one + 1;
      double angle = position * Math.pow(50, -2.0 * i / 6);
      y[one] = x[one] * Math.cos(angle) - x[other] * Math.sin(angle);
      y[other] = x[other] * Math.cos(angle) + x[one] * Math.sin(angle);
    }
  }

  private static List<RotaryScaling> byLength() {
    return List.of(
        new RotaryScaling.Dynamic(2, 4),
        new RotaryScaling.LongRope(
            List.of(1.0, 1.0, 1.0), List.of(1.0, 3.0, 9.0), 4, (float) 1.25));
  }

  @ParameterizedTest
  @MethodSource("byLength")
  void frequenciesAreThoseOfTheLengthOfEachExampleWhateverTheBatch(RotaryScaling scaling) {
    Rotary rotary = new Rotary(SIZE, BASE, scaling, Rotary.Pairs.HALVES);
    int[] lengths = {3, 9, 4, 6, 9};
    States x = rows(31);
    try (Engine engine = new Engine(3, Kernels.get())) {
      float[] together = rotated(rotary, x.data(), false, Pass.of(batch(lengths), engine, false));
      int at = 0;
      for (int length : lengths) {
        int end = at + length * HEADS * SIZE;
        float[] own = Arrays.copyOfRange(x.data(), at, end);
        float[] alone =
            rotated(
                new Rotary(SIZE, BASE, scaling, Rotary.Pairs.HALVES),
                own,
                false,
                Pass.of(batch(length), engine, false));
        assertArrayEquals(alone, Arrays.copyOfRange(together, at, end));
        at = end;
      }
    }
  }

  private static int[] splitAt(int first, int all) {
    return first == all ? new int[] {all} : new int[] {first, all - first};
  }

  @Test
  void inGenerationEachTokenIsRotatedByTheLengthThatItMakes() {
    Rotary rotary =
        new Rotary(SIZE, BASE, new RotaryScaling.Dynamic(2, 4), Rotary.Pairs.NEIGHBOURS);
    States x = rows(6);
    try (Engine engine = new Engine(1, Kernels.get())) {
      KeyValueCache cache = new KeyValueCache(1, 6);
      float[] whole = rotated(rotary, x.data(), false, Pass.of(batch(6), engine, false));
      for (int token = 0; token < 6; token++) {
        int at = x.at(token);
        float[] own = Arrays.copyOfRange(x.data(), at, at + x.width());
        float[] next = rotated(rotary, own, false, Pass.continuing(cache, batch(1), engine));
        float[] due =
            rotated(rotary, x.data(), false, Pass.of(batch(splitAt(token + 1, 6)), engine, false));
        assertArrayEquals(Arrays.copyOfRange(due, at, at + x.width()), next);
        boolean early = token == 0 || token == 5;
        if (!early) {
          assertNotEquals(-1, Arrays.mismatch(Arrays.copyOfRange(whole, at, at + x.width()), next));
        }
        cache.grow(1);
      }
    }
  }
}
