package dev.amalgam.core.decomposition;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The singular value decomposition U·diag(σ)·Vᵀ of a small square matrix in float64, by one-sided
 * Jacobi rotations (Demmel and Veselić, "Jacobi's method is more accurate than QR", 1992).
 *
 * @param values σ, descending
 * @param left the columns of U: {@code left[i]} belongs to {@code values[i]}; zero where that is 0
 * @param right the columns of V
 */
record SmallSvd(double[] values, double[][] left, double[][] right) {

  private static final int MOST_SWEEPS = 60;
  private static final double ORTHOGONAL = 1e-15;

  /**
   * Returns the decomposition of a matrix of which {@code columns[j]} is column j; it is used up.
   */
  static SmallSvd of(double[][] columns) {
    int n = columns.length;
    double[][] right = new double[n][n];
    for (int i = 0; i < n; i++) {
      right[i][i] = 1;
    }
    boolean rotated = true;
    for (int sweep = 0; sweep < MOST_SWEEPS && rotated; sweep++) {
      rotated = false;
      for (int p = 0; p < n - 1; p++) {
        for (int q = p + 1; q < n; q++) {
          rotated |= rotate(columns, right, p, q);
        }
      }
    }
    double[] norms = new double[n];
    for (int j = 0; j < n; j++) {
      norms[j] = Math.sqrt(dot(columns[j], columns[j]));
      for (int i = 0; i < n && norms[j] > 0; i++) {
        columns[j][i] /= norms[j];
      }
    }
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer j) -> norms[j]).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    SmallSvd sorted = new SmallSvd(new double[n], new double[n][], new double[n][]);
    for (int i = 0; i < n; i++) {
      sorted.values[i] = norms[order[i]];
      sorted.left[i] = columns[order[i]];
      sorted.right[i] = right[order[i]];
    }
    return sorted;
  }

  /** Makes two columns orthogonal, and returns whether they were not. */
  private static boolean rotate(double[][] columns, double[][] right, int p, int q) {
    double pp = dot(columns[p], columns[p]);
    double qq = dot(columns[q], columns[q]);
    double pq = dot(columns[p], columns[q]);
    if (Math.abs(pq) <= ORTHOGONAL * Math.sqrt(pp) * Math.sqrt(qq)) {
      return false;
    }
    double zeta = (qq - pp) / (2 * pq);
    double tangent = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
    double cosine = 1 / Math.sqrt(1 + tangent * tangent);
    double sine = cosine * tangent;
    rotate(columns[p], columns[q], cosine, sine);
    rotate(right[p], right[q], cosine, sine);
    return true;
  }

  private static void rotate(double[] p, double[] q, double cosine, double sine) {
    for (int i = 0; i < p.length; i++) {
      double before = p[i];
      p[i] = cosine * before - sine * q[i];
      q[i] = sine * before + cosine * q[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
