package dev.amalgam.core.sparsify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.block.CounterDraws;
import dev.amalgam.core.block.Draws;
import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.merge.InBlocks;
import dev.amalgam.core.merge.Tasks;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PartitionDropTest {

  private static final int COUNT = 100_002;

  private final Draws draws = new CounterDraws(Kernels.get().delta(), 3, "tensor", 0);

  @Test
  void eachPartitionIsKeptWithItsOwnProbabilityAndFactor() {
    float[] ones = new float[COUNT];
    Arrays.fill(ones, 1);
    float[] keep = {0, 0.25f, 1};
    PartitionDrop drop =
        new PartitionDrop(draws, new Partitioning("", 3, 1), keep, new float[] {9, 4, 2});
    float[] kept = InBlocks.sparsify(drop, ones, 4096);
    double[] sums = new double[3];
    for (int i = 0; i < COUNT; i++) {
      sums[i % 3] += kept[i];
    }
    double each = COUNT / 3.0;
    assertEquals(0, sums[0]);
    assertEquals(each, sums[1], 4 * 5 * Math.sqrt(each * 0.25 * 0.75));
    assertEquals(2 * each, sums[2]);
  }

  @Test
  void oneProbabilityForAllDropsWhatDareDrops() {
    float[] delta = Tasks.gaussian(5000, 2);
    float[] keep = {0.3f, 0.3f};
    PartitionDrop drop = new PartitionDrop(draws, new Partitioning("", 2, 10), keep, new float[0]);
    assertArrayEquals(
        InBlocks.sparsify(RandomDrop.of(draws, 0.3), delta, 512),
        InBlocks.sparsify(drop, delta, 300));
  }

  @Test
  void whatIsKeptWithProbabilityOneIsAlwaysKept() {
    assertTrue(PartitionDrop.isKept(-1, 1));
    assertTrue(PartitionDrop.isKept(0, 1e-30f));
  }
}
