package dev.amalgam.core.decomposition;

import dev.amalgam.core.parallel.Workers;

/**
 * Products of float64 matrices, which are arrays of rows. Each entry is summed over the inner index
 * in ascending order, so that nothing depends on the number of workers.
 */
public final class Products {

  // Of B, as much as a core's cache holds, for as many rows of A as make up for reading it.
  private static final int DEPTH = 64;
  private static final int COLUMNS = 512;
  private static final int ROWS = 32;

  private Products() {}

  /** Returns A·B. */
  public static double[][] multiply(double[][] a, double[][] b, Workers<?> workers) {
    double[][] product = new double[a.length][b[0].length];
    addProduct(product, 1, a, b, workers);
    return product;
  }

  /** Adds {@code factor}·A·B to a sum. */
  public static void addProduct(
      double[][] sum, double factor, double[][] a, double[][] b, Workers<?> workers) {
    int columns = b[0].length;
    workers.run(
        Math.ceilDiv(a.length, ROWS),
        (_, piece) -> {
          int end = Math.min(a.length, (piece + 1) * ROWS);
          for (int low = 0; low < columns; low += COLUMNS) {
            int high = Math.min(columns, low + COLUMNS);
            for (int k = 0; k < b.length; k += DEPTH) {
              int depth = Math.min(DEPTH, b.length - k);
              for (int i = piece * ROWS; i < end; i++) {
                LinearCombination.add(sum[i], low, high, factor, a[i], k, b, k, depth);
              }
            }
          }
        });
  }

  /** Returns A·Aᵀ, both its halves. */
  public static double[][] gram(double[][] a, Workers<?> workers) {
    double[][] gram = new double[a.length][a.length];
    addGram(gram, 1, a, workers);
    for (int i = 0; i < gram.length; i++) {
      for (int j = 0; j < i; j++) {
        gram[j][i] = gram[i][j];
      }
    }
    return gram;
  }

  /**
   * Adds {@code factor}·A·Aᵀ to the lower half of a sum.
   *
   * @param sum row i has at least i + 1 entries
   */
  public static void addGram(double[][] sum, double factor, double[][] a, Workers<?> workers) {
    int n = a.length;
    int length = a[0].length;
    int pieces = Math.ceilDiv(n, ROWS);
    double[][] panel = new double[Math.min(DEPTH, length)][n];
    for (int k = 0; k < length; k += DEPTH) {
      int from = k;
      int depth = Math.min(DEPTH, length - k);
      workers.run(
          pieces,
          (_, piece) -> {
            for (int i = piece * ROWS; i < Math.min(n, (piece + 1) * ROWS); i++) {
              for (int j = 0; j < depth; j++) {
                panel[j][i] = a[i][from + j];
              }
            }
          });
      workers.run(
          pieces,
          (_, piece) -> {
            int end = Math.min(n, (piece + 1) * ROWS);
            for (int low = 0; low < end; low += COLUMNS) {
              for (int i = Math.max(low, piece * ROWS); i < end; i++) {
                int high = Math.min(i + 1, low + COLUMNS);
                LinearCombination.add(sum[i], low, high, factor, a[i], from, panel, 0, depth);
              }
            }
          });
    }
  }

  /**
   * Returns the product of two vectors, their first entries left out. There are four sums, so that
   * one addition need not wait for the other.
   */
  static double dot(double[] a, double[] b, int from) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = from;
    for (; i + 3 < a.length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** Returns Aᵀ. */
  public static double[][] transposed(double[][] a) {
    double[][] transposed = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < transposed.length; j++) {
        transposed[j][i] = a[i][j];
      }
    }
    return transposed;
  }
}
