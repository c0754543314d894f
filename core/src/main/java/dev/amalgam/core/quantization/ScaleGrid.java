package dev.amalgam.core.quantization;

import dev.amalgam.core.tensor.Shape;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which scale each element of a weight has: along every dimension, a block of consecutive elements
 * shares one. A scale for the whole tensor, for each row and for each square block are grids.
 */
public final class ScaleGrid {

  private final long[] weight;
  private final long[] counts;
  private final long[] blocks;

  private ScaleGrid(long[] weight, long[] counts, long[] blocks) {
    this.weight = weight;
    this.counts = counts;
    this.blocks = blocks;
  }

  /**
   * Returns the grid of a weight and its scales, if they go together. Scales of fewer dimensions
   * are those of the weight's outermost. Along a dimension there are as many scales as elements,
   * one, or, along the last two, one for each block; the last block may be shorter than the others.
   *
   * @param weight the weight's shape
   * @param scales the scales' shape
   * @param blockRows the elements of a block along the last dimension but one, if the number of
   *     scales allows it; else the scales divide the dimension evenly
   * @param blockColumns likewise, along the last dimension
   */
  public static Optional<ScaleGrid> of(
      Shape weight, Shape scales, int blockRows, int blockColumns) {
    int rank = weight.rank();
    long[] counts = new long[rank];
    Arrays.fill(counts, 1);
    long[] given = scales.elements() == 1 ? new long[0] : scales.toArray();
    if (given.length > rank) {
      return Optional.empty();
    }
    System.arraycopy(given, 0, counts, 0, given.length);
    long[] blocks = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      long preferred = axis == rank - 1 ? blockColumns : axis == rank - 2 ? blockRows : 0;
      blocks[axis] =
          block(weight.dimension(axis), counts[axis], given.length == rank ? preferred : 0);
      if (blocks[axis] == 0) {
        return Optional.empty();
      }
    }
    ScaleGrid grid = new ScaleGrid(weight.toArray(), counts, blocks);
    return grid.isOrdered() ? Optional.of(grid) : Optional.empty();
  }

  /** Returns the elements that share a scale along a dimension, 0 if there is no telling. */
  private static long block(long elements, long count, long preferred) {
    if (count == 1) {
      return Math.max(1, elements);
    }
    if (count == elements) {
      return 1;
    }
    if (preferred == 0 || count == 0) {
      return 0;
    }
    if (Math.ceilDiv(elements, preferred) == count) {
      return preferred;
    }
    return elements % count == 0 ? elements / count : 0;
  }

  /** Returns whether rows come in the order of their scales, so that a range has a range. */
  private boolean isOrdered() {
    boolean shared = false;
    for (int axis = 0; axis < weight.length - 1; axis++) {
      if (shared && counts[axis] > 1) {
        return false;
      }
      shared |= blocks[axis] > 1;
    }
    return true;
  }

  /** Returns the length of a row of the weight. */
  long columns() {
    return weight.length == 0 ? 1 : weight[weight.length - 1];
  }

  /** Returns the number of scales of a row. */
  long scalesOfRow() {
    return counts.length == 0 ? 1 : counts[counts.length - 1];
  }

  /** Returns how many elements of a row share a scale. */
  long blockColumns() {
    return blocks.length == 0 ? 1 : blocks[blocks.length - 1];
  }

  /** Returns the row of scales that a row of the weight has, all outer dimensions counted. */
  long scaleRow(long row) {
    long rest = row;
    long scaleRow = 0;
    long step = 1;
    for (int axis = weight.length - 2; axis >= 0; axis--) {
      scaleRow += rest % weight[axis] / blocks[axis] * step;
      step *= counts[axis];
      rest /= weight[axis];
    }
    return scaleRow;
  }
}
