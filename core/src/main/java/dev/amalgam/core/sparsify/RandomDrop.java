package dev.amalgam.core.sparsify;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.block.Draws;
import dev.amalgam.core.kernel.DeltaKernels;

/** Keeps each entry of a delta with the same probability. */
public final class RandomDrop implements Sparsifier {

  private final Draws draws;
  private final float keep;

  /**
   * Creates the sparsifier.
   *
   * @param keep the keep probability, below 1; rounded to float32, as PyTorch does
   */
  public RandomDrop(Draws draws, double keep) {
    this.draws = draws;
    this.keep = (float) keep;
  }

  @Override
  public void apply(float[] delta, Block block) {
    int[] drawn = block.scratch().draws();
    draws.fill(block.start(), drawn, block.length());
    block.kernels().delta().keepDrawn(delta, block.length(), drawn, DeltaKernels.threshold(keep));
  }
}
