package dev.amalgam.core.decomposition;

import dev.amalgam.core.parallel.Workers;

/**
 * The Cholesky factor L of a symmetric positive definite matrix A = L·Lᵀ in float64, and solutions
 * of A·X = B by it (Golub and Van Loan, "Matrix Computations", 4th edition, section 4.2, the
 * blocked outer-product form). Each entry is summed in a fixed order, so that nothing depends on
 * the number of workers.
 */
public final class Cholesky {

  private static final int PANEL = 64;
  private static final int ROWS = 16;
  // A pivot this much smaller than what it was left of has no digit that is right.
  private static final double LOST = 0x1p-52;

  private final double[][] rows;

  private Cholesky(double[][] rows) {
    this.rows = rows;
  }

  /**
   * Returns the factor of a matrix.
   *
   * @param matrix row i holds entries (i, 0) to (i, i); it is used up
   * @throws ArithmeticException if the matrix is not positive definite, or is so only within
   *     rounding
   */
  public static Cholesky of(double[][] matrix, Workers<?> workers) {
    int n = matrix.length;
    double[] diagonal = new double[n];
    for (int i = 0; i < n; i++) {
      diagonal[i] = matrix[i][i];
    }
    double[][] panel = new double[Math.min(PANEL, n)][n];
    for (int start = 0; start < n; start += PANEL) {
      int from = start;
      int end = Math.min(n, start + PANEL);
      for (int i = from; i < end; i++) {
        factorRow(matrix, i, from, i);
        pivot(matrix[i], i, from, diagonal[i]);
      }
      int pieces = Math.ceilDiv(n - end, ROWS);
      workers.run(
          pieces,
          (_, piece) -> {
            for (int i = end + piece * ROWS; i < Math.min(n, end + (piece + 1) * ROWS); i++) {
              factorRow(matrix, i, from, end);
              for (int k = from; k < end; k++) {
                panel[k - from][i] = matrix[i][k];
              }
            }
          });
      workers.run(
          pieces,
          (_, piece) -> {
            for (int i = end + piece * ROWS; i < Math.min(n, end + (piece + 1) * ROWS); i++) {
              LinearCombination.add(
                  matrix[i], end, i + 1, -1, matrix[i], from, panel, 0, end - from);
            }
          });
    }
    return new Cholesky(matrix);
  }

  /** Makes entries {@code from} to {@code to − 1} of row i, given those above. */
  private static void factorRow(double[][] rows, int i, int from, int to) {
    double[] row = rows[i];
    for (int k = from; k < to; k++) {
      row[k] = rest(row, k, rows[k], from, k) / rows[k][k];
    }
  }

  private static void pivot(double[] row, int i, int from, double before) {
    double rest = rest(row, i, row, from, i);
    if (!(rest > LOST * (i + 1) * before)) {
      throw new ArithmeticException(
          "the matrix is not positive definite: of %g on its diagonal, in row %d, %g are left"
              .formatted(before, i, rest));
    }
    row[i] = Math.sqrt(rest);
  }

  /** Returns {@code row[at] − Σ row[l]·other[l]} over l from {@code from} to {@code to − 1}. */
  private static double rest(double[] row, int at, double[] other, int from, int to) {
    double rest = row[at];
    for (int l = from; l < to; l++) {
      rest -= row[l] * other[l];
    }
    return rest;
  }

  /** Returns the number of rows of the matrix. */
  public int size() {
    return rows.length;
  }

  /**
   * Replaces B by A⁻¹·B. For any thread, and several at once.
   *
   * @param b row i holds row i of B; all of the same length, at least {@link #size} of them
   */
  public void solve(double[][] b) {
    int n = rows.length;
    if (n == 0) {
      return;
    }
    int columns = b[0].length;
    for (int i = 0; i < n; i++) {
      LinearCombination.add(b[i], 0, columns, -1, rows[i], 0, b, 0, i);
      divide(b[i], rows[i][i]);
    }
    double[] factors = new double[PANEL];
    for (int end = n; end > 0; end -= Math.min(PANEL, end)) {
      int start = Math.max(0, end - PANEL);
      for (int i = end - 1; i >= 0; i--) {
        // Rows of the panel take off what those behind them in the panel say; rows above, all.
        int first = Math.max(start, i + 1);
        for (int k = first; k < end; k++) {
          factors[k - first] = rows[k][i];
        }
        LinearCombination.add(b[i], 0, columns, -1, factors, 0, b, first, end - first);
        if (i >= start) {
          divide(b[i], rows[i][i]);
        }
      }
    }
  }

  private static void divide(double[] row, double divisor) {
    for (int c = 0; c < row.length; c++) {
      row[c] /= divisor;
    }
  }
}
