package dev.amalgam.core.matrix;

/** A matrix of float32 as an operand of a product. */
public sealed interface Matrix permits DenseMatrix, WeightMatrix {

  /** Returns the number of rows. */
  int rows();

  /** Returns the number of columns. */
  int columns();

  /** Returns the transposed matrix, over the same data. */
  Matrix transposed();
}
