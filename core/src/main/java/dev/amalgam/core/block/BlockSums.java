package dev.amalgam.core.block;

import java.util.Arrays;

/** One sum for each block, added up in block order, so that threads do not change the total. */
public final class BlockSums {

  /** Starts with no sums. */
  public BlockSums() {}

  private double[] sums = new double[16];

  /** Sets the sum of a block, which had none. */
  public synchronized void set(Block block, double sum) {
    if (block.index() >= sums.length) {
      sums = Arrays.copyOf(sums, Math.max(block.index() + 1, 2 * sums.length));
    }
    sums[block.index()] = sum;
  }

  /** Returns the sum of all sums, added up in the order of the blocks. */
  public synchronized double total() {
    double total = 0;
    for (double sum : sums) {
      total += sum;
    }
    return total;
  }
}
