package dev.amalgam.core.sparsify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.block.CounterDraws;
import dev.amalgam.core.block.Draws;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.merge.InBlocks;
import dev.amalgam.core.merge.Tasks;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankedDropTest {

  private static final double DENSITY = 0.5;
  private static final double EPSILON = 0.2;

  // Thresholds are float32; a draw this near to one may fall on either side.
  private static final double CLOSE = 1e-6;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 64, 1000, 5000})
  void entriesAreKeptByTheirRankInTheRow(int row) {
    float[] delta = Tasks.gaussian(4 * row, row);
    assertKeptByRank(delta, row);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 40, 1000})
  void equalMagnitudesShareTheMeanOfTheirRanks(int row) {
    Random random = new Random(row);
    float[] delta = new float[6 * row];
    for (int i = 0; i < delta.length; i++) {
      delta[i] = random.nextInt(-3, 4);
    }
    assertKeptByRank(delta, row);
  }

  @Test
  void extremesAreRankedLikeOthers() {
    float[] delta = {
      Float.NEGATIVE_INFINITY, -1e-45f, 1, Float.MIN_NORMAL, -Float.MAX_VALUE, -1, 3e-39f
    };
    float[] rows = new float[100 * delta.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = delta[i % delta.length];
    }
    assertKeptByRank(rows, delta.length);
  }

  @Test
  void rowsOfOneEntryKeepItWithTheDensity() {
    float[] ones = new float[50_000];
    Arrays.fill(ones, 1);
    assertEquals(DENSITY, share(InBlocks.sparsify(drop(1, 1, false), ones, 1000), 0, 1), 0.012);
  }

  @Test
  void theSmallestOfARowIsKeptLeastAndTheLargestMost() {
    int rows = 20_000;
    float[] delta = new float[3 * rows];
    for (int i = 0; i < delta.length; i++) {
      delta[i] = new float[] {-2, 3, 1}[i % 3];
    }
    float[] kept = InBlocks.sparsify(drop(1, 3, false), delta, 300);
    assertEquals(DENSITY, share(kept, 0, 3), 0.02);
    assertEquals(DENSITY + EPSILON, share(kept, 1, 3), 0.02);
    assertEquals(DENSITY - EPSILON, share(kept, 2, 3), 0.02);
  }

  @Test
  void theMaskDoesNotDependOnHowManyRowsABlockHolds() {
    float[] delta = Tasks.gaussian(7 * 33, 3);
    float[] whole = InBlocks.sparsify(drop(1, 33, false), delta, delta.length);
    assertArrayEquals(whole, InBlocks.sparsify(drop(1, 33, false), delta, 33));
    assertArrayEquals(whole, InBlocks.sparsify(drop(1, 33, false), delta, 66));
  }

  @Test
  void dividedByTheirProbabilityEntriesHaveTheirOwnValueInTheMean() {
    float[] delta = {0.5f, -4, 1, 2, -2};
    double[] sums = new double[delta.length];
    int rounds = 20_000;
    for (int round = 0; round < rounds; round++) {
      float[] kept = InBlocks.sparsify(drop(round, delta.length, true), delta, delta.length);
      for (int i = 0; i < delta.length; i++) {
        sums[i] += kept[i];
      }
    }
    for (int i = 0; i < delta.length; i++) {
      double deviation = Math.abs(delta[i]) * Math.sqrt(1 / (DENSITY - EPSILON) - 1);
      assertEquals(delta[i], sums[i] / rounds, 5 * deviation / Math.sqrt(rounds));
    }
  }

  private static void assertKeptByRank(float[] delta, int row) {
    int[] draws = new int[delta.length];
    draws(9).fill(0, draws, draws.length);
    float[] kept = InBlocks.sparsify(drop(9, row, false), delta, 2 * row);
    float[] divided = InBlocks.sparsify(drop(9, row, true), delta, 2 * row);
    for (int i = 0; i < delta.length; i++) {
      double probability = probability(delta, i, row);
      double draw = Integer.toUnsignedLong(draws[i]) * 0x1p-32;
      if (Math.abs(draw - probability) > CLOSE) {
        assertEquals(draw < probability ? delta[i] : 0f, kept[i], "entry " + i);
        double expected = draw < probability ? delta[i] / probability : 0;
        assertEquals((float) expected, divided[i], 1e-6f * Math.abs((float) expected) + 1e-44f);
      }
    }
  }

  private static double probability(float[] delta, int index, int row) {
    int start = index / row * row;
    int less = 0;
    int equal = 0;
    for (int i = start; i < start + row; i++) {
      less += Math.abs(delta[i]) < Math.abs(delta[index]) ? 1 : 0;
      equal += Math.abs(delta[i]) == Math.abs(delta[index]) ? 1 : 0;
    }
    double rank = less + 0.5 * (equal - 1);
    return row == 1 ? DENSITY : DENSITY - EPSILON + 2 * EPSILON * rank / (row - 1);
  }

  private static double share(float[] kept, int first, int step) {
    int count = 0;
    int nonzero = 0;
    for (int i = first; i < kept.length; i += step) {
      count++;
      nonzero += kept[i] != 0 ? 1 : 0;
    }
    return nonzero / (double) count;
  }

  private static Draws draws(long seed) {
    return new CounterDraws(Kernels.get().delta(), seed, "tensor", 0);
  }

  private static Sparsifier drop(long seed, int row, boolean inverse) {
    return new RankedDrop(draws(seed), DENSITY, EPSILON, row, inverse);
  }
}
