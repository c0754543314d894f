package dev.amalgam.core.decomposition;

import dev.amalgam.core.matrix.DenseMatrix;
import dev.amalgam.core.matrix.Matrix;
import dev.amalgam.core.matrix.MatrixProducts;
import dev.amalgam.core.matrix.Scratch;
import dev.amalgam.core.parallel.Workers;
import java.util.Arrays;
import java.util.Random;

/**
 * The largest singular values and vectors of a matrix by a Gaussian sketch (Halko, Martinsson and
 * Tropp, arXiv 0909.4061, algorithms 4.4 and 5.1): eight more directions than are wanted, two power
 * iterations, each basis made orthonormal. Products are in float32, bases and the small
 * decomposition in float64. The result depends on the seed, not on the number of workers.
 */
public final class RandomizedSvd {

  private static final int OVERSAMPLING = 8;
  private static final int POWER_ITERATIONS = 2;

  private final MatrixProducts products;
  private final Orthonormalization orthonormalization;

  /** Creates the decomposition that these workers work out. */
  public RandomizedSvd(MatrixProducts products, Workers<Scratch> workers) {
    this.products = products;
    this.orthonormalization = new Orthonormalization(workers);
  }

  /** Returns how often {@link #of} goes over the matrix. */
  public static int passes() {
    return 2 * (POWER_ITERATIONS + 1);
  }

  /**
   * Returns the {@code rank} largest singular values and their vectors, or as many as the matrix
   * has dimensions. Those that are zero have vectors of zeros.
   *
   * @param matrix finite entries
   * @param rank at least 1
   * @throws ArithmeticException if the vectors exceed an array
   */
  public LowRank of(Matrix matrix, int rank, long seed) {
    int m = matrix.rows();
    int n = matrix.columns();
    int least = Math.min(m, n);
    int k = (int) Math.min(rank + (long) OVERSAMPLING, least);
    float[] across = gaussian(Math.multiplyExact(k, n), seed);
    float[] down = new float[Math.multiplyExact(k, m)];
    double[][] triangle = {};
    for (int i = 0; i <= POWER_ITERATIONS; i++) {
      products.multiply(DenseMatrix.of(across, k, n), matrix.transposed(), down, 0, m, false);
      orthonormalization.apply(down, k, m);
      products.multiply(DenseMatrix.of(down, k, m), matrix, across, 0, n, false);
      triangle = orthonormalization.apply(across, k, n);
    }
    // The matrix is about downᵀ · triangle · across.
    SmallSvd small = SmallSvd.of(columns(triangle));
    int kept = Math.min(rank, k);
    return new LowRank(
        Arrays.copyOf(small.values(), kept),
        combine(small.left(), kept, down, k, m),
        combine(small.right(), kept, across, k, n));
  }

  private static float[] gaussian(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double[][] columns(double[][] rows) {
    double[][] columns = new double[rows.length][rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows.length; j++) {
        columns[j][i] = rows[i][j];
      }
    }
    return columns;
  }

  /** Returns the sums of rows that the first vectors say. */
  private float[] combine(double[][] vectors, int kept, float[] rows, int k, int length) {
    float[] factors = new float[kept * k];
    for (int i = 0; i < kept; i++) {
      for (int j = 0; j < k; j++) {
        factors[i * k + j] = (float) vectors[i][j];
      }
    }
    float[] combined = new float[kept * length];
    products.multiply(
        DenseMatrix.of(factors, kept, k),
        DenseMatrix.of(rows, k, length),
        combined,
        0,
        length,
        false);
    return combined;
  }
}
