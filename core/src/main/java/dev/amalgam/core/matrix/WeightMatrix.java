package dev.amalgam.core.matrix;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.weight.Weight;

/**
 * Rows of a weight of two dimensions, read while they are packed.
 *
 * @param weight the weight
 * @param firstRow the first row of the weight that belongs to the matrix
 * @param weightRows how many rows of the weight do
 * @param isTransposed whether these rows are the columns of the matrix
 */
public record WeightMatrix(Weight weight, int firstRow, int weightRows, boolean isTransposed)
    implements Matrix {

  /** Checks that the weight is a matrix and has these rows. */
  public WeightMatrix {
    if (weight.shape().rank() != 2
        || firstRow < 0
        || weightRows < 0
        || firstRow + (long) weightRows > weight.shape().dimension(0)) {
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
   * Returns the matrix of a whole weight.
   *
   * @throws IllegalArgumentException if the weight does not have two dimensions
   * @throws ArithmeticException if a dimension exceeds an {@code int}
   */
  public static WeightMatrix of(Weight weight) {
    int rows = weight.shape().rank() == 0 ? 0 : Math.toIntExact(weight.shape().dimension(0));
    return new WeightMatrix(weight, 0, rows, false);
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
