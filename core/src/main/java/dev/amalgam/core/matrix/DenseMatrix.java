package dev.amalgam.core.matrix;

/**
 * A matrix in an array: entry (i, j) is {@code data[offset + i·rowStride + j·columnStride]}. One of
 * the strides is 1.
 */
public record DenseMatrix(
    float[] data, int offset, int rows, int columns, int rowStride, int columnStride)
    implements Matrix {

  /** Returns the matrix of consecutive rows that fill the start of an array. */
  public static DenseMatrix of(float[] data, int rows, int columns) {
    return new DenseMatrix(data, 0, rows, columns, columns, 1);
  }

  @Override
  public DenseMatrix transposed() {
    return new DenseMatrix(data, offset, columns, rows, columnStride, rowStride);
  }
}
