package dev.amalgam.core.sparsify;

import dev.amalgam.core.block.Block;
import java.util.Arrays;

/**
 * Decides which entries of one expert's delta of one tensor are kept. As long as it is not {@link
 * #ready}, it must see the whole delta once more.
 */
public interface Sparsifier {

  /** Keeps every entry. */
  Sparsifier KEEP_ALL = (delta, block) -> {};

  /** Keeps no entry. */
  Sparsifier KEEP_NONE = (delta, block) -> Arrays.fill(delta, 0, block.length(), 0f);

  /** Returns the number of consecutive entries that a block must not split. */
  default long unit() {
    return 1;
  }

  /** Returns whether blocks can be sparsified; else another scan must come first. */
  default boolean ready() {
    return true;
  }

  /** Takes in one block of the delta, from any thread; the delta may be overwritten. */
  default void scan(float[] delta, Block block) {
    throw new IllegalStateException("no scan is needed");
  }

  /** Ends a scan, after the last block. */
  default void finishScan() {
    throw new IllegalStateException("no scan is needed");
  }

  /** Zeroes the entries of one block that are not kept; may multiply those that are. */
  void apply(float[] delta, Block block);

  /** Returns whether it keeps the same entries of a delta times a power of two. */
  default boolean isHomogeneous() {
    return true;
  }

  /** Returns the factor for the kept entries, once {@link #ready}. */
  default float scale() {
    return 1;
  }
}
