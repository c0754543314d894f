package dev.amalgam.core.decomposition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Engine;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CholeskyTest {

  private static Cholesky factor(double[][] matrix, int threads) {
    double[][] copy = new double[matrix.length][];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = matrix[i].clone();
    }
    try (Engine engine = new Engine(threads, Kernels.get())) {
      return Cholesky.of(copy, engine.workers());
    }
  }

  private static double[][] random(int rows, int columns, Random random) {
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      for (int j = 0; j < columns; j++) {
        row[j] = random.nextGaussian();
      }
    }
    return matrix;
  }

  /** Returns the lower half of C·Cᵀ + shift·I. */
  private static double[][] gram(double[][] c, double shift) {
    double[][] gram = new double[c.length][];
    for (int i = 0; i < c.length; i++) {
      gram[i] = new double[i + 1];
      for (int j = 0; j <= i; j++) {
        gram[i][j] = i == j ? shift : 0;
        for (int k = 0; k < c[i].length; k++) {
          gram[i][j] += c[i][k] * c[j][k];
        }
      }
    }
    return gram;
  }

  private static double entry(double[][] lower, int i, int j) {
    return i >= j ? lower[i][j] : lower[j][i];
  }

  @Test
  void solvesAMatrixWhoseFactorIsKnown() {
    // L = [2 0 0; 1 3 0; −1 2 1].
    double[][] matrix = {{4}, {2, 10}, {-2, 5, 6}};
    double[][] x = {{1, 0}, {2, 0}, {3, 1}};
    double[][] b = {{2, -2}, {37, 5}, {26, 6}};
    factor(matrix, 1).solve(b);
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(x[i], b[i], 1e-14);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 3", "64, 8", "65, 33", "200, 17"})
  void residualsAreRoundingOfTheTermsOfTheSums(int n, int columns) {
    Random random = new Random(n);
    double[][] matrix = gram(random(n, n, random), 1e-3);
    double[][] b = random(n, columns, random);
    double[][] x = new double[n][];
    for (int i = 0; i < n; i++) {
      x[i] = b[i].clone();
    }
    factor(matrix, 2).solve(x);
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < columns; c++) {
        double residual = -b[i][c];
        double terms = 0;
        for (int j = 0; j < n; j++) {
          residual += entry(matrix, i, j) * x[j][c];
          // Of the factor: |L|·|L|ᵀ is at most √(a_ii·a_jj).
          terms += Math.sqrt(matrix[i][i] * matrix[j][j]) * Math.abs(x[j][c]);
        }
        assertTrue(Math.abs(residual) <= 4 * n * 0x1p-53 * terms, i + ", " + c);
      }
    }
  }

  @Test
  void neitherThreadsNorOtherColumnsChangeABit() {
    Random random = new Random(5);
    double[][] matrix = gram(random(150, 150, random), 0.1);
    double[][] many = random(150, 9, random);
    double[][] one = new double[150][];
    for (int i = 0; i < one.length; i++) {
      one[i] = new double[] {many[i][4]};
    }
    factor(matrix, 3).solve(many);
    factor(matrix, 1).solve(one);
    for (int i = 0; i < one.length; i++) {
      assertEquals(one[i][0], many[i][4]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 100})
  void aMatrixOfTooFewDirectionsIsRefused(int n) {
    double[][] matrix = gram(random(n, n - 1, new Random(1)), 0);
    assertTrue(
        assertThrows(ArithmeticException.class, () -> factor(matrix, 2))
            .getMessage()
            .contains("not positive definite"));
  }

  @Test
  void aMatrixThatIsNotANumberIsRefused() {
    double[][] matrix = {{1}, {Double.NaN, 2}};
    assertThrows(ArithmeticException.class, () -> factor(matrix, 1));
  }
}
