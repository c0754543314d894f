package dev.amalgam.core.merge;

import dev.amalgam.core.decomposition.Products;
import dev.amalgam.core.decomposition.SymmetricEigen;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * TSV-M: of the delta of each of T experts, the largest max(1, ⌊min(rows, columns)/T⌋) singular
 * values are kept. With the singular vectors of all experts side by side, U and V, and their values
 * σ,
 *
 * <pre>
 * out = b + λ·Û·diag(σ)·V̂ᵀ    Û = U·(UᵀU)^(−1/2)    V̂ = V·(VᵀV)^(−1/2)
 * </pre>
 *
 * Û and V̂ are the nearest matrices with orthonormal columns. Singular values that are rounding
 * noise are left out, and so is what vectors have in common with others but for rounding noise.
 * Vectors and lookups get the mean of the deltas.
 *
 * <p>Gargiulo et al., "Task Singular Vectors: Reducing Task Interference in Model Merging", CVPR
 * 2025, arXiv 2412.00081.
 */
final class TsvM implements MatrixMethod {

  @Override
  public String name() {
    return "tsv_m";
  }

  @Override
  public MatrixLayout layout(Shape shape) {
    return MatrixLayout.shorterFirst(shape);
  }

  @Override
  public long bytes(MatrixLayout layout) {
    return Double.BYTES * (3 * layout.entries() + 6L * layout.rows() * layout.rows());
  }

  @Override
  public int steps(int deltas) {
    return deltas + 3;
  }

  @Override
  public double[][] of(MatrixDeltas deltas, Workers<?> workers, Runnable step) {
    MatrixLayout layout = deltas.layout();
    int kept = Math.max(1, layout.rows() / deltas.count());
    List<Double> values = new ArrayList<>();
    List<double[]> left = new ArrayList<>();
    List<double[]> right = new ArrayList<>();
    for (int expert = 0; expert < deltas.count(); expert++) {
      double[][] delta = deltas.take(expert);
      SymmetricEigen eigen = SymmetricEigen.of(Products.gram(delta, workers), workers);
      double noise = eigen.noise();
      int count = 0;
      while (count < kept && eigen.values()[count] > noise) {
        values.add(Math.sqrt(eigen.values()[count]));
        left.add(eigen.vectors()[count]);
        count++;
      }
      if (count > 0) {
        double[][] vectors =
            left.subList(left.size() - count, left.size()).toArray(double[][]::new);
        right.addAll(List.of(Products.multiply(vectors, delta, workers)));
      }
      step.run();
    }
    if (values.isEmpty()) {
      return new double[layout.rows()][layout.columns()];
    }
    double[][] v = right.toArray(double[][]::new);
    for (int i = 0; i < v.length; i++) {
      divide(v[i], values.get(i));
    }
    double[][] u = left.toArray(double[][]::new);
    double[][] core = inverseRoot(v, workers);
    step.run();
    for (int i = 0; i < core.length; i++) {
      divide(core[i], 1 / values.get(i));
    }
    core = Products.multiply(inverseRoot(u, workers), core, workers);
    step.run();
    double[][] factor = Products.multiply(Products.transposed(u), core, workers);
    double[][] merged = Products.multiply(factor, v, workers);
    step.run();
    return merged;
  }

  /** Returns (R·Rᵀ)^(−1/2) of a matrix of rows, 0 along what is rounding noise. */
  private static double[][] inverseRoot(double[][] rows, Workers<?> workers) {
    SymmetricEigen eigen = SymmetricEigen.of(Products.gram(rows, workers), workers);
    double noise = eigen.noise();
    return eigen.map(x -> x > noise ? 1 / Math.sqrt(x) : 0, workers);
  }

  private static void divide(double[] row, double divisor) {
    for (int i = 0; i < row.length; i++) {
      row[i] /= divisor;
    }
  }
}
