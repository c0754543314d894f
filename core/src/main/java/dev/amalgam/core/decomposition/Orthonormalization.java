package dev.amalgam.core.decomposition;

import dev.amalgam.core.matrix.Scratch;
import dev.amalgam.core.parallel.Workers;

/**
 * Makes the rows of a matrix orthonormal, by Gram and Schmidt's process in float64, each row twice
 * (Giraud et al., "Rounding error analysis of the classical Gram-Schmidt orthogonalization
 * process", 2005). Each sum is one worker's, in a fixed order, so that nothing depends on their
 * number.
 */
final class Orthonormalization {

  private static final int PIECE = 4096;
  // A row this much shorter than it was is rounding noise even in float64, and becomes zero.
  private static final double DEPENDENT = 1e-12;

  private final Workers<Scratch> workers;

  Orthonormalization(Workers<Scratch> workers) {
    this.workers = workers;
  }

  /**
   * Replaces the rows of {@code matrix} by orthonormal ones, or zero where a row depends on those
   * before it, and returns the triangle that makes the old rows of the new: {@code old[j] = Σ
   * triangle[j][i] · new[i]} over i ≤ j.
   *
   * @param matrix consecutive rows
   */
  double[][] apply(float[] matrix, int rows, int length) {
    double[][] done = new double[rows][length];
    double[][] triangle = new double[rows][rows];
    for (int j = 0; j < rows; j++) {
      double[] row = done[j];
      for (int i = 0; i < length; i++) {
        row[i] = matrix[j * length + i];
      }
      double before = norm(row);
      for (int pass = 0; pass < 2; pass++) {
        project(done, j, triangle[j]);
      }
      double norm = norm(row);
      boolean depends = !(norm > DEPENDENT * before);
      triangle[j][j] = depends ? 0 : norm;
      for (int i = 0; i < length; i++) {
        row[i] = depends ? 0 : row[i] / norm;
        matrix[j * length + i] = (float) row[i];
      }
    }
    return triangle;
  }

  /**
   * Takes from row {@code j} its parts along the rows before it, which are added to the triangle.
   */
  private void project(double[][] rows, int j, double[] triangle) {
    if (j == 0) {
      return;
    }
    double[] row = rows[j];
    double[] along = new double[j];
    workers.run(j, (scratch, i) -> along[i] = Products.dot(rows[i], row, 0));
    workers.run(
        Math.ceilDiv(row.length, PIECE),
        (scratch, piece) -> {
          int from = piece * PIECE;
          int to = Math.min(row.length, from + PIECE);
          for (int i = 0; i < j; i++) {
            subtract(row, along[i], rows[i], from, to);
          }
        });
    for (int i = 0; i < j; i++) {
      triangle[i] += along[i];
    }
  }

  private static void subtract(double[] row, double factor, double[] other, int from, int to) {
    for (int i = from; i < to; i++) {
      row[i] -= factor * other[i];
    }
  }

  private static double norm(double[] row) {
    return Math.sqrt(Products.dot(row, row, 0));
  }
}
