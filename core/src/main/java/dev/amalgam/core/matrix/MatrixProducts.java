package dev.amalgam.core.matrix;

import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.weight.ResidentWeight;

/**
 * Products of matrices, shared out among workers. One product at a time.
 *
 * <p>A is packed once, by all workers. Then each worker takes stripes of columns of C, packs the
 * part of B that they need, and works them out. A weight is read once for each product, in pieces
 * that are decoded and packed at once, and is never kept whole.
 */
public final class MatrixProducts {

  private final Workers<Scratch> workers;
  private final SharedPanels shared = new SharedPanels();

  /** Creates the products that these workers work out. */
  public MatrixProducts(Workers<Scratch> workers) {
    this.workers = workers;
  }

  /**
   * Writes A·B into {@code c}: entry (i, j) at {@code c[offset + i·stride + j]}. Sums run over the
   * inner index in ascending order with fused multiply-add, from zero, or from what is there if
   * {@code accumulate}; the result depends neither on the number of workers nor on the kernels. The
   * one exception in the order of summation is the product of a single row with a transposed {@link
   * ResidentWeight}, whose sums are those of {@link dev.amalgam.core.kernel.MatrixKernels#dot}.
   *
   * @throws IllegalArgumentException if the inner dimensions differ, or rows of C overlap
   * @throws IndexOutOfBoundsException if C does not fit into its array
   */
  public void multiply(Matrix a, Matrix b, float[] c, int offset, int stride, boolean accumulate) {
    Shapes.check(a, b, c, offset, stride);
    if (a.rows() == 0 || b.columns() == 0 || a.columns() == 0) {
      Shapes.clear(a.rows(), b.columns(), c, offset, stride, accumulate);
      return;
    }
    if (a instanceof DenseMatrix row
        && row.rows() == 1
        && b instanceof WeightMatrix w
        && w.weight() instanceof ResidentWeight
        && !accumulate) {
      RowProduct.multiply(row, w, c, offset, workers);
      return;
    }
    boolean shares = (long) a.rows() * a.columns() * b.columns() >= Blocking.WORTH_SHARING;
    if (!shares && a instanceof DenseMatrix x && b instanceof DenseMatrix y) {
      workers.run(1, (scratch, _) -> scratch.multiply(x, y, c, offset, stride, accumulate));
      return;
    }
    Matrix columns = b.transposed();
    int most = Math.clamp(Blocking.LEFT / a.columns(), 1, a.rows());
    for (int row = 0; row < a.rows(); row += most) {
      int rows = Math.min(most, a.rows() - row);
      var target = new BlockedProduct.Target(c, offset + row * stride, stride, accumulate);
      new BlockedProduct(workers, shares, shared, a, row, rows, columns, target).run();
    }
  }
}
