package dev.amalgam.core.matrix;

/**
 * Where the entries of a packed operand lie. Its lines (the rows of A, or the columns of B) are cut
 * into panels as wide as a tile, the last one filled up with zeros, and its depth (the columns of
 * A, the rows of B) into blocks. Blocks follow one another, in a block its panels, and in a panel,
 * for each depth in turn, the entries of its lines.
 *
 * @param lines how many lines
 * @param depth their length
 * @param width the lines of a panel
 * @param blockDepth the depth of a block; the last one has the rest
 */
record Panels(int lines, int depth, int width, int blockDepth) {

  /** Returns the number of blocks. */
  int blocks() {
    return Math.ceilDiv(depth, blockDepth);
  }

  /** Returns the number of panels in a block. */
  int count() {
    return Math.ceilDiv(lines, width);
  }

  /** Returns the first depth of a block. */
  int start(int block) {
    return block * blockDepth;
  }

  /** Returns the depth of this block. */
  int depthOf(int block) {
    return Math.min(blockDepth, depth - start(block));
  }

  /** Returns where a panel starts. */
  int at(int block, int panel) {
    return (start(block) * count() + panel * depthOf(block)) * width;
  }

  /** Returns how many entries all panels take. */
  long size() {
    return (long) count() * width * depth;
  }
}
