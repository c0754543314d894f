package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.parallel.Workers;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/**
 * The merge of one tensor, cut into blocks of consecutive elements. First come the scans, one after
 * the other, each over all blocks; then what they gathered is {@linkplain #settle settled}; then
 * every block is merged. Blocks of one pass may come in any order and from several threads at once;
 * the result does not depend on either.
 */
public interface TensorMerge {

  /**
   * Returns the number of elements that must not be split between blocks: 1, or the length of a
   * row.
   */
  default long unit() {
    return 1;
  }

  /** Returns the next scan over the whole tensor, or nothing when blocks can be merged. */
  default Optional<Scan> nextScan() {
    return Optional.empty();
  }

  /**
   * Works out, with the help of workers, what all blocks need; after the last scan.
   *
   * @param progress is told the share of it that has been done, if it takes long
   */
  default void settle(Workers<?> workers, DoubleConsumer progress) {}

  /** Returns the most bytes that are held at once for the whole tensor. */
  default long heldBytes() {
    return 0;
  }

  /**
   * Returns whether inputs times a power of two give the output times that power, as long as
   * nothing is scanned: then a block whose sums overflow float32 is merged once more, its inputs
   * made smaller.
   */
  default boolean isHomogeneous() {
    return false;
  }

  /**
   * Merges one block into {@code out[0 .. block.length())}. The block's inputs may be overwritten.
   */
  void merge(Block block, float[] out);

  /** One pass over a tensor that gathers what a merge must know of the whole. */
  interface Scan {

    /** Takes one block in. The block's inputs may be overwritten. */
    void visit(Block block);

    /** Ends the pass, after the last block. */
    void finish();
  }
}
