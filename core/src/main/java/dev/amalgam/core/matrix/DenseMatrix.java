package dev.amalgam.core.matrix;

import java.util.Objects;

/**
 * A matrix in an array: entry (i, j) is {@code data[offset + i·rowStride + j·columnStride]}. One of
 * the strides is 1.
 *
 * @param data the array, not copied
 * @param offset where entry (0, 0) is
 * @param rows the number of rows
 * @param columns the number of columns
 * @param rowStride how far apart the entries of a column are
 * @param columnStride how far apart the entries of a row are
 */
public record DenseMatrix(
    float[] data, int offset, int rows, int columns, int rowStride, int columnStride)
    implements Matrix {

  /**
   * Checks that the entries lie within the array.
   *
   * @throws IllegalArgumentException if neither stride is 1
   * @throws IndexOutOfBoundsException if an entry lies outside the array
   */
  public DenseMatrix {
    if (rowStride != 1 && columnStride != 1 || rowStride < 0 || columnStride < 0) {
      throw new IllegalArgumentException(
          "a matrix with strides %d and %d has no consecutive entries"
              .formatted(rowStride, columnStride));
    }
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          "a matrix cannot have %d rows and %d columns".formatted(rows, columns));
    }
    if (rows > 0 && columns > 0) {
      Objects.checkIndex(offset, data.length);
      Objects.checkIndex(
          offset + (rows - 1L) * rowStride + (columns - 1L) * columnStride, (long) data.length);
    }
  }

  /** Returns the matrix of consecutive rows that fill the start of an array. */
  public static DenseMatrix of(float[] data, int rows, int columns) {
    return new DenseMatrix(data, 0, rows, columns, columns, 1);
  }

  @Override
  public DenseMatrix transposed() {
    return new DenseMatrix(data, offset, columns, rows, columnStride, rowStride);
  }
}
