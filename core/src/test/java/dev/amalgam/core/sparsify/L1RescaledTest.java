package dev.amalgam.core.sparsify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.block.CounterDraws;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.merge.InBlocks;
import dev.amalgam.core.merge.Tasks;
import org.junit.jupiter.api.Test;

class L1RescaledTest {

  @Test
  void theNormOfWhatIsKeptBecomesTheNormOfTheWhole() {
    float[] delta = {4, -1, 2, -3, 0.5f, 0.25f};
    for (int length : new int[] {1, 2, 4, 6}) {
      var sparsifier = new L1Rescaled(MagnitudeBand.of(6, 0, 2));
      assertArrayEquals(
          new float[] {4, 0, 0, -3, 0, 0},
          Tasks.unsignedZeros(InBlocks.sparsify(sparsifier, delta, length)));
      assertEquals((float) (10.75 / 7), sparsifier.scale());
    }
  }

  @Test
  void randomMasksAreRescaledToo() {
    float[] delta = Tasks.gaussian(1000, 4);
    var draws = new CounterDraws(Kernels.get().delta(), 1, "tensor", 0);
    var sparsifier = new L1Rescaled(RandomDrop.of(draws, 0.3));
    float[] kept = InBlocks.sparsify(sparsifier, delta, 77);
    assertEquals(norm(delta), norm(kept) * sparsifier.scale(), 1e-6 * norm(delta));
  }

  @Test
  void ofManyBlocksEveryOneCounts() {
    float[] delta = Tasks.gaussian(100, 4);
    var sparsifier = new L1Rescaled(MagnitudeBand.of(100, 0, 30));
    float[] kept = InBlocks.sparsify(sparsifier, delta, 1);
    assertEquals(norm(delta) / norm(kept), sparsifier.scale(), 1e-6);
  }

  @Test
  void nothingIsRescaledWhereOneOfTheNormsVanishes() {
    assertEquals(1, scale(0, 0, 0, 0));
    assertEquals(1, scale(1e-8f, 2e-8f, 3e-8f, 1e-8f), "both norms are below 1e-7");
    assertEquals(1, scale(1e-8f, 5, 5, 5), "what is kept is below 1e-7");
    assertEquals(4, scale(1e-6f, 1e-6f, 1e-6f, 1e-6f), 1e-6);
  }

  private static float scale(float... delta) {
    Sparsifier keepFirst = (d, block) -> java.util.Arrays.fill(d, 1, block.length(), 0);
    var sparsifier = new L1Rescaled(keepFirst);
    InBlocks.sparsify(sparsifier, delta, delta.length);
    return sparsifier.scale();
  }

  private static double norm(float[] x) {
    double sum = 0;
    for (float value : x) {
      sum += Math.abs(value);
    }
    return sum;
  }
}
