package dev.amalgam.core.sparsify;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.block.Draws;
import dev.amalgam.core.kernel.DeltaKernels;

/** Keeps each entry of a delta with the same probability. */
public final class RandomDrop implements Sparsifier {

  private final Draws draws;
  private final float keep;

  private RandomDrop(Draws draws, float keep) {
    this.draws = draws;
    this.keep = keep;
  }

  /**
   * Returns the sparsifier of a keep probability: {@link #KEEP_ALL} for 1, and {@link #KEEP_NONE}
   * where it is so small that nothing would be drawn.
   *
   * @param keep the probability; rounded to float32, as PyTorch does
   */
  public static Sparsifier of(Draws draws, double keep) {
    if ((float) keep >= 1) {
      return KEEP_ALL;
    }
    return keep < Float.MIN_NORMAL ? KEEP_NONE : new RandomDrop(draws, (float) keep);
  }

  @Override
  public void apply(float[] delta, Block block) {
    int[] drawn = block.scratch().draws();
    draws.fill(block.start(), drawn, block.length());
    block.kernels().delta().keepDrawn(delta, block.length(), drawn, DeltaKernels.threshold(keep));
  }
}
