package dev.amalgam.core.sparsify;

import dev.amalgam.core.block.Block;

/** By what the entries of a delta are ranked. */
public interface Scores {

  /** The entries of the delta themselves. */
  Scores OF_DELTA = (delta, block) -> delta;

  /**
   * Returns a score for each entry of a block, of which the magnitude counts.
   *
   * @param delta the block's entries of the delta, which are left as they are
   */
  float[] of(float[] delta, Block block);

  /** Returns whole numbers in the order of magnitudes, for NaN above all others. */
  static int key(float score) {
    return Float.floatToRawIntBits(score) & Integer.MAX_VALUE;
  }
}
