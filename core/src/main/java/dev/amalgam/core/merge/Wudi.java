package dev.amalgam.core.merge;

import dev.amalgam.core.decomposition.Cholesky;
import dev.amalgam.core.decomposition.Products;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.Shape;

/**
 * WUDI: the merged delta X of a matrix (outputs × inputs) should answer what excites each expert's
 * delta Δ as that delta does. The least of Σ ‖(X − Δ)·Δᵀ‖² / ‖Δ‖² is
 *
 * <pre>
 * out = b + λ·X    X = (Σ Δ·C) (Σ C + ρ·I)⁻¹    C = Δᵀ·Δ / ‖Δ‖²
 * </pre>
 *
 * with ρ a thousandth of the mean of the diagonal of Σ C, where the paper takes three hundred steps
 * of Adam from the sum of the deltas. A zero delta counts for nothing. Vectors and lookups get the
 * mean of the deltas.
 *
 * <p>Cheng et al., "Whoever Started the Interference Should End It: Guiding Data-Free Model Merging
 * via Task Vectors", ICML 2025, arXiv 2503.08099.
 */
final class Wudi implements MatrixMethod {

  private static final double RIDGE = 1e-3;
  private static final int AT_ONCE = 64;

  @Override
  public String name() {
    return "wudi";
  }

  @Override
  public MatrixLayout layout(Shape shape) {
    return MatrixLayout.columnsFirst(shape);
  }

  @Override
  public long bytes(MatrixLayout layout) {
    long inputs = layout.rows();
    long shorter = Math.min(inputs, layout.columns());
    return Double.BYTES * (3 * layout.entries() + shorter * shorter + inputs * (inputs + 1) / 2);
  }

  @Override
  public int steps(int deltas) {
    return deltas + 2;
  }

  @Override
  public double[][] of(MatrixDeltas deltas, Workers<?> workers, Runnable step) {
    int inputs = deltas.layout().rows();
    int outputs = deltas.layout().columns();
    double[][] merged = new double[inputs][outputs];
    double[][] sum = new double[inputs][];
    for (int i = 0; i < inputs; i++) {
      sum[i] = new double[i + 1];
    }
    for (int expert = 0; expert < deltas.count(); expert++) {
      add(deltas.take(expert), sum, merged, workers);
      step.run();
    }
    double trace = trace(sum);
    if (trace == 0) {
      return merged;
    }
    for (int i = 0; i < inputs; i++) {
      sum[i][i] += RIDGE * trace / inputs;
    }
    Cholesky factor = Cholesky.of(sum, workers);
    step.run();
    workers.run(
        Math.ceilDiv(outputs, AT_ONCE),
        (_, piece) -> {
          int from = piece * AT_ONCE;
          int count = Math.min(AT_ONCE, outputs - from);
          double[][] part = new double[inputs][count];
          for (int i = 0; i < inputs; i++) {
            System.arraycopy(merged[i], from, part[i], 0, count);
          }
          factor.solve(part);
          for (int i = 0; i < inputs; i++) {
            System.arraycopy(part[i], 0, merged[i], from, count);
          }
        });
    step.run();
    return merged;
  }

  /** Adds C of a delta, given as Δᵀ, to the lower half of a sum, and C·Δᵀ to another. */
  private static void add(double[][] delta, double[][] sum, double[][] merged, Workers<?> workers) {
    boolean wide = delta.length > delta[0].length;
    double[][] gram = Products.gram(wide ? Products.transposed(delta) : delta, workers);
    double square = trace(gram);
    if (square == 0) {
      return;
    }
    if (wide) {
      Products.addGram(sum, 1 / square, delta, workers);
    } else {
      add(gram, 1 / square, sum);
    }
    Products.addProduct(merged, 1 / square, wide ? delta : gram, wide ? gram : delta, workers);
  }

  /** Adds a factor times the lower half of a matrix. */
  private static void add(double[][] matrix, double factor, double[][] sum) {
    for (int i = 0; i < sum.length; i++) {
      for (int j = 0; j <= i; j++) {
        sum[i][j] += factor * matrix[i][j];
      }
    }
  }

  private static double trace(double[][] matrix) {
    double trace = 0;
    for (int i = 0; i < matrix.length; i++) {
      trace += matrix[i][i];
    }
    return trace;
  }
}
