package dev.amalgam.core.sparsify;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.block.Draws;
import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.kernel.DeltaKernels;

/**
 * Keeps each entry with the probability of its partition, as {@link RandomDrop} does with one for
 * all.
 *
 * @param draws the tensor's
 * @param partitions the tensor's
 * @param keep the probability of each partition, in float32
 * @param factors by what is multiplied what each partition keeps; empty for nothing
 */
public record PartitionDrop(Draws draws, Partitioning partitions, float[] keep, float[] factors)
    implements Sparsifier {

  @Override
  public void apply(float[] delta, Block block) {
    int[] drawn = block.scratch().draws();
    draws.fill(block.start(), drawn, block.length());
    for (int i = 0; i < block.length(); i++) {
      int partition = (int) partitions.of(block.start() + i);
      if (!isKept(drawn[i], keep[partition])) {
        delta[i] = 0;
      } else if (factors.length > 0) {
        delta[i] *= factors[partition];
      }
    }
  }

  /** Returns whether a draw, as a fraction of all, falls below a probability. */
  static boolean isKept(int draw, float keep) {
    // No threshold is above every draw.
    return keep >= 1 || Integer.compareUnsigned(draw, DeltaKernels.threshold(keep)) < 0;
  }
}
