package dev.amalgam.core.merge;

import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Shape;

/**
 * How the deltas of a matrix are laid out when they are seen whole.
 *
 * @param rows the number of rows
 * @param columns the number of columns
 * @param transposed whether these are the columns and rows of the tensor
 */
record MatrixLayout(int rows, int columns, boolean transposed) {

  /**
   * Returns the layout that has no more rows than columns.
   *
   * @throws RecipeException if a side is too long
   */
  static MatrixLayout shorterFirst(Shape shape) {
    MatrixLayout transposed = columnsFirst(shape);
    return transposed.rows < transposed.columns
        ? transposed
        : new MatrixLayout(transposed.columns, transposed.rows, false);
  }

  /**
   * Returns the layout whose rows are the columns of the tensor.
   *
   * @throws RecipeException if a side is too long
   */
  static MatrixLayout columnsFirst(Shape shape) {
    SpanMerge.checkRow(shape.dimension(0));
    SpanMerge.checkRow(shape.rowLength());
    return new MatrixLayout((int) shape.rowLength(), (int) shape.dimension(0), true);
  }

  /** Returns the number of entries. */
  long entries() {
    return (long) rows * columns;
  }
}
