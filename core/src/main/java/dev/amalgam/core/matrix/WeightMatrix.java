package dev.amalgam.core.matrix;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.Weight;

/**
 * Rows of a weight of two dimensions or more, read while they are packed. A row is as long as the
 * last dimension.
 *
 * @param weight the weight
 * @param firstRow the first row of the weight that belongs to the matrix
 * @param weightRows how many rows of the weight do
 * @param isTransposed whether these rows are the columns of the matrix
 */
public record WeightMatrix(Weight weight, int firstRow, int weightRows, boolean isTransposed)
    implements Matrix {

  /** Checks that the weight has these rows. */
  public WeightMatrix {
    if (weight.shape().rank() < 2
        || firstRow < 0
        || weightRows < 0
        || firstRow + (long) weightRows > rows(weight.shape())) {
      throw new IllegalArgumentException(
          "%s of shape %s has no rows %d to %d of a matrix"
              .formatted(
                  quote(weight.name()),
                  weight.shape(),
                  firstRow,
                  firstRow + (long) weightRows - 1));
    }
  }

  /**
   * Returns the matrix of a weight of two dimensions.
   *
   * @throws IllegalArgumentException if the weight does not have two dimensions
   * @throws ArithmeticException if a dimension exceeds an {@code int}
   */
  public static WeightMatrix of(Weight weight) {
    Shape shape = weight.shape();
    if (shape.rank() != 2) {
      throw new IllegalArgumentException(
          "%s of shape %s is no matrix".formatted(quote(weight.name()), shape));
    }
    long first = weight.firstElement() / Math.max(1, shape.rowLength());
    return new WeightMatrix(
        weight.whole(), Math.toIntExact(first), Math.toIntExact(shape.dimension(0)), false);
  }

  private static long rows(Shape shape) {
    long rows = 1;
    for (int i = 0; i < shape.rank() - 1; i++) {
      rows *= shape.dimension(i);
    }
    return rows;
  }

  @Override
  public int rows() {
    return isTransposed ? weightColumns() : weightRows;
  }

  @Override
  public int columns() {
    return isTransposed ? weightRows : weightColumns();
  }

  /** Returns the length of one row of the weight. */
  int weightColumns() {
    return Math.toIntExact(weight.shape().rowLength());
  }

  @Override
  public WeightMatrix transposed() {
    return new WeightMatrix(weight, firstRow, weightRows, !isTransposed);
  }
}
