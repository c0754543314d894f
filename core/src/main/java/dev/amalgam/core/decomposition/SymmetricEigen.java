package dev.amalgam.core.decomposition;

import dev.amalgam.core.parallel.Workers;
import java.util.Comparator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * All eigenvalues and eigenvectors of a symmetric matrix in float64: Householder's tridiagonal form
 * and the QL algorithm with implicit shifts (Dubrulle, Martin and Wilkinson, "The implicit QL
 * algorithm", 1968). Nothing depends on the number of workers.
 *
 * @param values the eigenvalues, descending
 * @param vectors {@code vectors[i]} belongs to {@code values[i]}; of length 1
 */
public record SymmetricEigen(double[] values, double[][] vectors) {

  private static final double EPSILON = 0x1p-53;
  private static final int MOST_SWEEPS = 100;
  private static final int COLUMNS = 64;

  /**
   * Returns the decomposition of a matrix.
   *
   * @param matrix both its halves, of finite entries; it is used up
   */
  public static SymmetricEigen of(double[][] matrix, Workers<?> workers) {
    int n = matrix.length;
    Tridiagonal tridiagonal = Tridiagonal.of(matrix, workers);
    double[][] rows = new double[n][n];
    int pieces = Math.ceilDiv(n, COLUMNS);
    workers.run(
        pieces,
        (_, piece) ->
            tridiagonal.writeTransposed(rows, piece * COLUMNS, Math.min(n, (piece + 1) * COLUMNS)));
    double[] values = tridiagonal.diagonal();
    diagonalize(
        values,
        tridiagonal.beside(),
        new Rotations(
            rotations ->
                workers.run(
                    pieces,
                    (_, piece) ->
                        rotations.apply(
                            rows, piece * COLUMNS, Math.min(n, (piece + 1) * COLUMNS)))));
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> values[i]).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    SymmetricEigen sorted = new SymmetricEigen(new double[n], new double[n][]);
    for (int i = 0; i < n; i++) {
      sorted.values[i] = values[order[i]];
      sorted.vectors[i] = rows[order[i]];
    }
    return sorted;
  }

  /** Replaces d, the diagonal of a tridiagonal matrix with e beside it, by its eigenvalues. */
  private static void diagonalize(double[] d, double[] e, Rotations rotations) {
    double scale = 0;
    for (int i = 0; i < d.length; i++) {
      scale = Math.max(scale, Math.abs(d[i]) + Math.abs(e[i]));
    }
    // What lies far below rounding errors of the largest need not be exact in proportion to itself.
    double least = 0x1p-8 * scale;
    for (int first = 0; first < d.length; first++) {
      int sweeps = 0;
      for (int last = end(d, e, first, least); last > first; last = end(d, e, first, least)) {
        if (++sweeps > MOST_SWEEPS) {
          throw new ArithmeticException("the eigenvalues of a symmetric matrix do not converge");
        }
        sweep(d, e, first, last, rotations);
      }
    }
    rotations.flush();
  }

  /**
   * Returns the last row of the block that begins with a row: no entry beside the diagonal is 0.
   */
  private static int end(double[] d, double[] e, int first, double least) {
    int last = first;
    while (last < d.length - 1
        && Math.abs(e[last])
            > EPSILON * Math.max(least, Math.abs(d[last]) + Math.abs(d[last + 1]))) {
      last++;
    }
    return last;
  }

  private static void sweep(double[] d, double[] e, int first, int last, Rotations rotations) {
    double half = (d[first + 1] - d[first]) / (2 * e[first]);
    double root = Math.copySign(Math.sqrt(half * half + 1), half);
    double g = d[last] - d[first] + e[first] / (half + root);
    double sine = 1;
    double cosine = 1;
    double shift = 0;
    for (int i = last - 1; i >= first; i--) {
      double f = sine * e[i];
      double b = cosine * e[i];
      double r = Math.sqrt(f * f + g * g);
      e[i + 1] = r;
      if (r == 0) {
        d[i + 1] -= shift;
        e[last] = 0;
        return;
      }
      sine = f / r;
      cosine = g / r;
      g = d[i + 1] - shift;
      double both = (d[i] - g) * sine + 2 * cosine * b;
      shift = sine * both;
      d[i + 1] = g + shift;
      g = cosine * both - b;
      rotations.add(i, cosine, sine);
    }
    d[first] -= shift;
    e[first] = g;
    e[last] = 0;
  }

  /**
   * Returns the matrix with each eigenvalue λ replaced by f(λ), both halves.
   *
   * @param f zero for those that are to be left out
   */
  public double[][] map(DoubleUnaryOperator f, Workers<?> workers) {
    int n = values.length;
    double[][] columns = new double[n][n];
    for (int k = 0; k < n; k++) {
      double value = f.applyAsDouble(values[k]);
      for (int i = 0; i < n; i++) {
        columns[i][k] = value * vectors[k][i];
      }
    }
    return Products.multiply(columns, vectors, workers);
  }

  /** Returns the value below which an eigenvalue of a positive matrix is rounding noise. */
  public double noise() {
    return values.length == 0 ? 0 : values.length * 2 * EPSILON * Math.max(0, values[0]);
  }
}
