package dev.amalgam.core.calibration;

import dev.amalgam.core.block.Draws;
import dev.amalgam.core.sparsify.Scores;
import dev.amalgam.core.sparsify.Sparsifier;

/** What is kept of one expert's delta of one tensor, but for what a merge alone can give. */
interface SparsifierFactory {

  /**
   * Returns the sparsifier.
   *
   * @param scores those of the delta's entries
   * @param draws the tensor's
   */
  Sparsifier of(Scores scores, Draws draws);
}
