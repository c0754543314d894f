package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.kernel.Elementwise;

/** Makes deltas of the experts of a block, in place. */
final class Deltas {

  private Deltas() {}

  /** Subtracts the base from each expert; without a base, the experts stay what they are. */
  static void take(Block block, int experts) {
    for (int i = 0; i < experts; i++) {
      Elementwise.subtract(block.expert(i), block.base(), block.length());
    }
  }
}
