package dev.amalgam.core.matrix;

import dev.amalgam.core.parallel.Workers;

/** Products of matrices, shared out among workers. */
public final class MatrixProducts {

  private final Workers<Scratch> workers;

  /** Creates the products that these workers work out. */
  public MatrixProducts(Workers<Scratch> workers) {
    this.workers = workers;
  }

  /**
   * Writes A·B into {@code c}: entry (i, j) at {@code c[offset + i·stride + j]}. Sums run over the
   * inner index in ascending order with fused multiply-add, from zero, or from what is there if
   * {@code accumulate}; the result depends neither on the number of workers nor on the kernels.
   *
   * @throws IllegalArgumentException if the inner dimensions differ
   */
  public void multiply(Matrix a, Matrix b, float[] c, int offset, int stride, boolean accumulate) {
    if (a.columns() != b.rows()) {
      throw new IllegalArgumentException(
          "a matrix of %d columns cannot be multiplied by one of %d rows"
              .formatted(a.columns(), b.rows()));
    }
    workers.run(
        1,
        (scratch, piece) ->
            scratch.multiply(dense(a, scratch), dense(b, scratch), c, offset, stride, accumulate));
  }

  private static DenseMatrix dense(Matrix matrix, Scratch scratch) {
    return switch (matrix) {
      case DenseMatrix dense -> dense;
      case WeightMatrix stored -> {
        int columns = stored.weightColumns();
        float[] data = new float[Math.multiplyExact(stored.weightRows(), columns)];
        scratch.read(stored.weight(), (long) stored.firstRow() * columns, data.length, data, 0);
        DenseMatrix plain = DenseMatrix.of(data, stored.weightRows(), columns);
        yield stored.isTransposed() ? plain.transposed() : plain;
      }
    };
  }
}
