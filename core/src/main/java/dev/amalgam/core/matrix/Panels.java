package dev.amalgam.core.matrix;

import dev.amalgam.core.kernel.MatrixKernels;

/**
 * Where the entries of a packed operand lie. Its lines (the rows of A, or the columns of B) are cut
 * into panels as wide as a tile, the last one filled up with zeros, and its depth (the columns of
 * A, the rows of B) into blocks of about the same depth: a short last one would cost as many loads
 * and stores of C as the others.
 *
 * @param lines how many lines
 * @param depth their length
 * @param width the lines of a panel
 */
record Panels(int lines, int depth, int width) {

  /** Returns the number of blocks. */
  int blocks() {
    return Math.ceilDiv(depth, MatrixKernels.DEPTH);
  }

  /** Returns the number of lines with those that fill up the last panel. */
  int filledLines() {
    return Math.ceilDiv(lines, width) * width;
  }

  /** Returns the first depth of a block. */
  int start(int block) {
    return block * blockDepth();
  }

  /** Returns the depth of this block. */
  int depthOf(int block) {
    return Math.min(blockDepth(), depth - start(block));
  }

  // Even, as tiles go two depths at a time.
  private int blockDepth() {
    return 2 * Math.ceilDiv(Math.ceilDiv(depth, blocks()), 2);
  }

  /** Returns where a line of A starts in a block: lines lie a constant distance apart. */
  int leftAt(int block, int line) {
    return (block * filledLines() + line) * MatrixKernels.DEPTH;
  }

  /** Returns where the panel of B that starts with this line starts in a block. */
  int rightAt(int block, int line) {
    return start(block) * filledLines() + line * depthOf(block);
  }

  /** Returns how many entries all panels of A take. */
  long leftSize() {
    return (long) blocks() * filledLines() * MatrixKernels.DEPTH;
  }

  /** Returns how many entries all panels of B take. */
  long rightSize() {
    return (long) filledLines() * depth;
  }
}
