package dev.amalgam.core.matrix;

import dev.amalgam.core.kernel.MatrixKernels;
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
    Rehearsal.of(workers.first().kernels().matrix());
  }

  /**
   * Writes A·B into {@code c}: entry (i, j) at {@code c[offset + i·stride + j]}. Sums run over the
   * inner index in ascending order with fused multiply-add, from zero, or from what is there if
   * {@code accumulate}; the result depends neither on the number of workers nor on the kernels.
   *
   * <p>There is one exception. At most four rows of a {@link DenseMatrix} times the transposed
   * matrix of a {@link ResidentWeight} are dot products in 64 lanes, see {@link
   * MatrixKernels#dotBf16}, which are added to what is there if {@code accumulate}. They depend on
   * workers and kernels no more than the others, but their last bits are not those of the same rows
   * among many.
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
    if (a instanceof DenseMatrix x && FewRows.handles(x, b)) {
      fewRows(x, (WeightMatrix) b, new BlockedProduct.Target(c, offset, stride, accumulate));
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

  private void fewRows(DenseMatrix a, WeightMatrix b, BlockedProduct.Target target) {
    boolean shares = (long) b.rows() * b.columns() >= Blocking.WORTH_SHARING_ELEMENTS;
    int length = shares ? FewRows.piece(b) : b.columns();
    workers.run(
        Math.ceilDiv(b.columns(), length),
        (scratch, i) -> {
          int from = i * length;
          int count = Math.min(length, b.columns() - from);
          scratch.fewRows().multiply(a, b, from, count, target);
        });
  }
}
