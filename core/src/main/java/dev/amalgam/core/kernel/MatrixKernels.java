package dev.amalgam.core.kernel;

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
   * register leads to all rows.
   */
  int DEPTH = 384;

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

  /**
   * Returns Σ a[aAt + k]·b[bAt + k] for k from 0 to {@code count}: term k goes to lane k mod 64
   * with fused multiply-add, in ascending order of k, and the lanes are added up as {@link
   * SoftmaxKernels} says.
   */
  float dot(float[] a, int aAt, float[] b, int bAt, int count);
}
