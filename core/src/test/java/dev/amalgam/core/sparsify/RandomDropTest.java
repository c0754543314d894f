package dev.amalgam.core.sparsify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.amalgam.core.block.CounterDraws;
import dev.amalgam.core.block.MersenneDraws;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.kernel.MersenneTwister;
import dev.amalgam.core.merge.InBlocks;
import dev.amalgam.core.merge.Tasks;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomDropTest {

  private static final int COUNT = 100_003;

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.1, 0.3, 0.5, 0.9, 0.999})
  void theShareKeptIsTheProbability(double keep) {
    float[] ones = new float[COUNT];
    Arrays.fill(ones, 1);
    float[] kept = InBlocks.sparsify(drop(1, keep), ones, 4096);
    int sum = 0;
    for (float x : kept) {
      sum += (int) x;
    }
    assertEquals(COUNT * keep, sum, 5 * Math.sqrt(COUNT * keep * (1 - keep)));
  }

  @Test
  void whatIsKeptStaysAsItWas() {
    float[] delta = Tasks.gaussian(1000, 5);
    float[] kept = InBlocks.sparsify(drop(1, 0.5), delta, 1000);
    for (int i = 0; i < delta.length; i++) {
      assertEquals(kept[i] == 0 ? 0 : delta[i], kept[i]);
    }
  }

  @Test
  void theMaskDoesNotDependOnTheCutIntoBlocks() {
    float[] delta = Tasks.gaussian(1000, 5);
    float[] whole = InBlocks.sparsify(drop(1, 0.4), delta, 1000);
    for (int length : new int[] {1, 3, 7, 64, 999}) {
      assertArrayEquals(whole, InBlocks.sparsify(drop(1, 0.4), delta, length));
    }
    assertFalse(Arrays.equals(whole, InBlocks.sparsify(drop(2, 0.4), delta, 1000)));
  }

  /**
   * {@code torch.manual_seed(7); torch.bernoulli(torch.full((8,), p))}, where p lies above the
   * first number drawn, but not once it is rounded to float32.
   */
  @Test
  void theProbabilityIsRoundedToFloat32AsInPyTorch() {
    double keep = (8_974_511 + 0.3) * 0x1p-24;
    float[] ones = {1, 1, 1, 1, 1, 1, 1, 1};
    var drop = RandomDrop.of(new MersenneDraws(new MersenneTwister(7), 8), keep);
    assertArrayEquals(new float[] {0, 1, 0, 0, 1, 1, 1, 0}, InBlocks.sparsify(drop, ones, 3));
  }

  @Test
  void whatIsSureOrNeverHappensIsNotDrawn() {
    assertSame(Sparsifier.KEEP_ALL, drop(1, 1));
    assertSame(Sparsifier.KEEP_ALL, drop(1, Math.nextDown(1.0)));
    assertSame(Sparsifier.KEEP_NONE, drop(1, 1e-42));
    assertSame(Sparsifier.KEEP_NONE, drop(1, 0));
  }

  private static Sparsifier drop(long seed, double keep) {
    return RandomDrop.of(new CounterDraws(Kernels.get().delta(), seed, "tensor", 0), keep);
  }
}
