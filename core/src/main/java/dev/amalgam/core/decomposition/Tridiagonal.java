package dev.amalgam.core.decomposition;

import dev.amalgam.core.parallel.Workers;
import java.util.Arrays;

/**
 * A symmetric matrix made tridiagonal, A = Q·T·Qᵀ, by Householder reflections in float64 (Golub and
 * Van Loan, "Matrix Computations", 4th edition, algorithm 8.3.1).
 *
 * @param diagonal the diagonal of T
 * @param beside the entries beside it: {@code beside[i]} is entry (i, i + 1); the last is 0
 * @param reflections row k holds from place k + 1 on v of reflection I − τ·v·vᵀ; Q is the product
 *     of all, in order
 * @param taus τ of each
 */
record Tridiagonal(double[] diagonal, double[] beside, double[][] reflections, double[] taus) {

  // Entries that are worth a piece of work of their own.
  private static final int PIECE = 1 << 15;

  /**
   * Returns the tridiagonal form of a matrix.
   *
   * @param a both halves of the matrix; it is used up
   */
  static Tridiagonal of(double[][] a, Workers<?> workers) {
    int n = a.length;
    Tridiagonal made = new Tridiagonal(new double[n], new double[n], a, new double[n]);
    // What is yet to be taken off the rows that are left: v·wᵀ + w·vᵀ of the last reflection.
    double[] v = new double[n];
    double[] w = new double[n];
    double[] next = new double[n];
    double[] along = new double[n];
    for (int k = 0; k < n; k++) {
      int first = k + 1;
      update(a[k], k, k, v, w);
      made.diagonal[k] = a[k][k];
      if (first == n) {
        break;
      }
      made.reflect(k);
      double tau = made.taus[k];
      System.arraycopy(a[k], first, next, first, n - first);
      int rows = Math.max(1, PIECE / (n - first));
      workers.run(
          Math.ceilDiv(n - first, rows),
          (_, piece) -> {
            int from = first + piece * rows;
            for (int i = from; i < Math.min(n, from + rows); i++) {
              update(a[i], first, i, v, w);
              along[i] = tau * Products.dot(a[i], next, first);
            }
          });
      double half = tau / 2 * Products.dot(along, next, first);
      for (int i = first; i < n; i++) {
        v[i] = next[i];
        w[i] = along[i] - half * next[i];
      }
    }
    return made;
  }

  /** Makes the reflection that leaves of row k the entry beside the diagonal alone. */
  private void reflect(int k) {
    double[] row = reflections[k];
    int n = row.length;
    double rest = 0;
    for (int i = k + 2; i < n; i++) {
      rest += row[i] * row[i];
    }
    double head = row[k + 1];
    if (rest == 0) {
      beside[k] = head;
      row[k + 1] = 0;
      return;
    }
    double norm = Math.sqrt(head * head + rest);
    beside[k] = head > 0 ? -norm : norm;
    double pivot = head - beside[k];
    taus[k] = -pivot / beside[k];
    row[k + 1] = 1;
    for (int i = k + 2; i < n; i++) {
      row[i] /= pivot;
    }
  }

  private static void update(double[] row, int from, int i, double[] v, double[] w) {
    double vi = v[i];
    double wi = w[i];
    for (int j = from; j < row.length; j++) {
      row[j] -= vi * w[j] + wi * v[j];
    }
  }

  /** Writes columns {@code low} to {@code high − 1} of Qᵀ. */
  void writeTransposed(double[][] target, int low, int high) {
    int n = diagonal.length;
    for (int c = low; c < high; c++) {
      target[c][c] = 1;
    }
    double[] sums = new double[high];
    for (int k = 0; k < n; k++) {
      if (taus[k] == 0) {
        continue;
      }
      double[] v = reflections[k];
      Arrays.fill(sums, low, high, 0);
      LinearCombination.add(sums, low, high, taus[k], v, k + 1, target, k + 1, n - k - 1);
      for (int i = k + 1; i < n; i++) {
        double factor = v[i];
        double[] row = target[i];
        for (int c = low; c < high; c++) {
          row[c] -= factor * sums[c];
        }
      }
    }
  }
}
