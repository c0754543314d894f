package dev.amalgam.core.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The inner loops of matrix products, over operands packed into panels.
 *
 * <p>A tile is a piece of C of {@link #tileRows()} × {@link #tileColumns()} entries. Its operands
 * are a panel of A, whose tileRows() rows start {@link #DEPTH} entries apart, and a panel of B,
 * whose rows of tileColumns() entries follow one another.
 *
 * <p>Every entry is summed over k in ascending order with fused multiply-add. So the twins give
 * equal bits, whatever the size of their tiles.
 */
public interface MatrixKernels {

  /**
   * The most columns of A that a tile goes over, and the distance between the rows of its panel:
   * long enough that loading and storing the tile of C hardly counts. A constant, so that one
   * register leads to all rows; even, and no power of two, which would have the rows compete for
   * the same lines of the cache.
   */
  int DEPTH = 576;

  /** What {@link #transpose} needs to work in: two blocks as high and wide as a vector. */
  int TRANSPOSITION_ROOM = 512;

  /** Returns the number of rows of a tile. */
  int tileRows();

  /** Returns the number of columns of a tile. */
  int tileColumns();

  /**
   * Writes {@code start + A·B} of one tile.
   *
   * @param depth the number of columns of A and rows of B in the panels, 1 to {@link #DEPTH}
   * @param start holds entry (i, j) of what the sums start from at {@code startAt + i·startStride +
   *     j}; may be {@code c}
   * @param c receives entry (i, j) at {@code at + i·stride + j}
   */
  void tile(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] start,
      int startAt,
      int startStride,
      float[] c,
      int at,
      int stride);

  /**
   * Copies rows: entry (i, j) from {@code from + i·fromStride + j} to {@code at + i·stride + j}.
   */
  void copy(
      float[] source,
      int from,
      int fromStride,
      int rows,
      int columns,
      float[] target,
      int at,
      int stride);

  /**
   * Copies rows to columns: entry (i, j) from {@code from + i·fromStride + j} to {@code at +
   * j·stride + i}. Nothing between the columns is written.
   *
   * @param room {@link #TRANSPOSITION_ROOM} entries for the kernel to work in
   */
  void transpose(
      float[] source,
      int from,
      int fromStride,
      int rows,
      int columns,
      float[] target,
      int at,
      int stride,
      float[] room);

  /** The lanes of {@link #dot} and {@link #dotBf16}. */
  int DOT_LANES = 64;

  /**
   * Writes the dot products of x with rows of float32. Term i is added to lane i mod {@link
   * #DOT_LANES} with fused multiply-add, in ascending order of i; then lane j + w is added to lane
   * j for w = 32, 16, …, 1, and lane 0 is the result.
   *
   * @param w holds the rows one after another
   * @param rows how many
   * @param columns their length
   * @param room DOT_LANES + columns entries for the kernel to work in
   * @param y receives product r at {@code at + r}
   */
  void dot(
      float[] w,
      int from,
      int rows,
      int columns,
      float[] x,
      int xAt,
      float[] room,
      float[] y,
      int at);

  /**
   * As {@link #dot}, of rows of BF16 that start at byte {@code offset} of native memory.
   *
   * @param room not the array of {@code x}
   */
  void dotBf16(
      MemorySegment w,
      long offset,
      int rows,
      int columns,
      float[] x,
      int xAt,
      float[] room,
      float[] y,
      int at);

  /**
   * Adds rows of float32, each times its entry of x, to y: {@code y[at + j]} goes on as the sum
   * over r, in ascending order with fused multiply-add, of {@code x[xAt + r]·w[from + r·stride +
   * j]}.
   */
  void addRows(
      float[] w,
      int from,
      int stride,
      int rows,
      int columns,
      float[] x,
      int xAt,
      float[] y,
      int at);
}
