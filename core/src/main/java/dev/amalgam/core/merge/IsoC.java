package dev.amalgam.core.merge;

import dev.amalgam.core.decomposition.Products;
import dev.amalgam.core.decomposition.SymmetricEigen;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.Shape;

/**
 * Iso-C: of the sum of the deltas of a matrix, D = U·diag(σ)·Vᵀ, all singular values become their
 * mean,
 *
 * <pre>
 * out = b + λ·mean(σ)·U·Vᵀ    U·Vᵀ = (D·Dᵀ)^(−1/2)·D
 * </pre>
 *
 * where directions whose σ is rounding noise stay zero. Vectors and lookups get the mean of the
 * deltas.
 *
 * <p>Marczak et al., "No Task Left Behind: Isotropic Model Merging with Common and Task-Specific
 * Subspaces", ICML 2025, arXiv 2502.04959.
 */
final class IsoC implements MatrixMethod {

  @Override
  public String name() {
    return "iso_c";
  }

  @Override
  public MatrixLayout layout(Shape shape) {
    return MatrixLayout.shorterFirst(shape);
  }

  @Override
  public long bytes(MatrixLayout layout) {
    return Double.BYTES * (2 * layout.entries() + 4L * layout.rows() * layout.rows());
  }

  @Override
  public int steps(int deltas) {
    return 4;
  }

  @Override
  public double[][] of(MatrixDeltas deltas, Workers<?> workers, Runnable step) {
    double[][] sum = deltas.take(0);
    for (int expert = 1; expert < deltas.count(); expert++) {
      double[][] delta = deltas.take(expert);
      for (int i = 0; i < sum.length; i++) {
        for (int j = 0; j < sum[i].length; j++) {
          sum[i][j] += delta[i][j];
        }
      }
    }
    double[][] gram = Products.gram(sum, workers);
    step.run();
    SymmetricEigen eigen = SymmetricEigen.of(gram, workers);
    step.run();
    double noise = eigen.noise();
    double total = 0;
    for (double value : eigen.values()) {
      total += value > noise ? Math.sqrt(value) : 0;
    }
    double mean = total / sum.length;
    double[][] factor = eigen.map(x -> x > noise ? mean / Math.sqrt(x) : 0, workers);
    step.run();
    double[][] merged = Products.multiply(factor, sum, workers);
    step.run();
    return merged;
  }
}
