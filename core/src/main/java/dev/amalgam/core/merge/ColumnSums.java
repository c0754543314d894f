package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.recipe.RecipeException;
import java.util.HashMap;
import java.util.Map;

/**
 * Sums for each column of a tensor, added up in block order, so that threads do not change the
 * totals. What a block contributes waits until all blocks before it have come; workers take blocks
 * in order, so that few wait at a time.
 */
final class ColumnSums {

  private static final long MOST_COLUMNS = 1 << 28;

  private final double[][] totals;
  private final int columns;
  private final int kinds;
  private final Map<Integer, Part> waiting = new HashMap<>();
  private int next;
  private boolean allocated;

  /**
   * Creates sums of zero.
   *
   * @param columns the number of columns
   * @param kinds how many sums each column has
   * @throws RecipeException if there are too many columns to hold sums of
   */
  ColumnSums(long columns, int kinds) {
    if (columns > MOST_COLUMNS) {
      throw new RecipeException(columns + " columns are too many to be taken one by one");
    }
    this.columns = (int) columns;
    this.kinds = kinds;
    this.totals = new double[kinds][];
  }

  /**
   * What one block contributes: {@code sums[kind][c]} belongs to the column of the block's element
   * {@code c}, and of every {@code width} elements further on.
   *
   * @param sums the sums of the block
   * @param width the number of columns that the block touches
   * @param column the column of its first element
   */
  record Part(double[][] sums, int width, int column) {}

  /** Returns a part of zeros for a block. */
  Part start(Block block) {
    int width = Math.min(block.length(), columns);
    return new Part(new double[kinds][width], width, (int) (block.start() % columns));
  }

  /** Takes in the part of a block. */
  synchronized void add(Block block, Part part) {
    waiting.put(block.index(), part);
    for (Part due = waiting.remove(next); due != null; due = waiting.remove(next)) {
      addInOrder(due);
      next++;
    }
  }

  private void addInOrder(Part part) {
    double[][] sums = totals();
    for (int kind = 0; kind < kinds; kind++) {
      int column = part.column();
      for (int i = 0; i < part.width(); i++) {
        sums[kind][column] += part.sums()[kind][i];
        column = column + 1 == columns ? 0 : column + 1;
      }
    }
  }

  /** Returns the sums of column c at {@code [kind][c]}, after the last block. */
  synchronized double[][] totals() {
    // Made with the first block: a plan prepares every tensor and sums nothing.
    if (!allocated) {
      for (int kind = 0; kind < kinds; kind++) {
        totals[kind] = new double[columns];
      }
      allocated = true;
    }
    return totals;
  }
}
