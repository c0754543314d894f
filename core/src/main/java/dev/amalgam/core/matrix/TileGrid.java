package dev.amalgam.core.matrix;

import dev.amalgam.core.kernel.MatrixKernels;

/** Goes over the tiles of a block of C. */
final class TileGrid {

  private final MatrixKernels kernels;
  private final int height;
  private final int width;
  private final float[] zeros;
  private final float[] edge;

  TileGrid(MatrixKernels kernels) {
    this.kernels = kernels;
    height = kernels.tileRows();
    width = kernels.tileColumns();
    zeros = new float[height * width];
    edge = new float[height * width];
  }

  /**
   * Writes the product of packed blocks: {@code rows} lines of A, {@code columns} lines of B.
   *
   * @param accumulate whether sums go on from what is in C
   */
  void multiply(
      int depth,
      float[] a,
      int aAt,
      int rows,
      float[] b,
      int bAt,
      int columns,
      float[] c,
      int at,
      int stride,
      boolean accumulate) {
    for (int i = 0; i < rows; i += height) {
      for (int j = 0; j < columns; j += width) {
        int aPanel = aAt + i * MatrixKernels.DEPTH;
        int bPanel = bAt + j * depth;
        int to = at + i * stride + j;
        if (i + height > rows || j + width > columns) {
          int r = Math.min(height, rows - i);
          edge(
              depth,
              a,
              aPanel,
              r,
              b,
              bPanel,
              Math.min(width, columns - j),
              c,
              to,
              stride,
              accumulate);
        } else if (accumulate) {
          kernels.tile(depth, a, aPanel, b, bPanel, c, to, stride, c, to, stride);
        } else {
          kernels.tile(depth, a, aPanel, b, bPanel, zeros, 0, width, c, to, stride);
        }
      }
    }
  }

  private void edge(
      int depth,
      float[] a,
      int aAt,
      int rows,
      float[] b,
      int bAt,
      int columns,
      float[] c,
      int at,
      int stride,
      boolean accumulate) {
    if (accumulate) {
      copy(c, at, stride, rows, columns, edge, 0, width);
    }
    kernels.tile(depth, a, aAt, b, bAt, accumulate ? edge : zeros, 0, width, edge, 0, width);
    copy(edge, 0, width, rows, columns, c, at, stride);
  }

  private static void copy(
      float[] source, int from, int fromStride, int rows, int columns, float[] c, int at, int to) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(source, from + i * fromStride, c, at + i * to, columns);
    }
  }
}
