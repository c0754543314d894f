package dev.amalgam.core.decomposition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.matrix.DenseMatrix;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandomizedSvdTest {

  private static LowRank decompose(float[] matrix, int m, int n, int rank, long seed, int threads) {
    try (Engine engine = new Engine(threads, Kernels.get())) {
      return new RandomizedSvd(engine.products(), engine.workers())
          .of(DenseMatrix.of(matrix, m, n), rank, seed);
    }
  }

  /** Returns a matrix with singular values 1, decay, decay², … in random directions. */
  private static float[] decaying(int m, int n, int count, double decay, Random random) {
    try (Engine engine = new Engine(1, Kernels.get())) {
      float[] left = directions(count, m, random, engine);
      float[] right = directions(count, n, random, engine);
      float[] matrix = new float[m * n];
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = 0;
          for (int k = 0; k < count; k++) {
            sum += Math.pow(decay, k) * left[k * m + i] * right[k * n + j];
          }
          matrix[i * n + j] = (float) sum;
        }
      }
      return matrix;
    }
  }

  private static float[] directions(int count, int length, Random random, Engine engine) {
    float[] rows = new float[count * length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    new Orthonormalization(engine.workers()).apply(rows, count, length);
    return rows;
  }

  private static double squaredError(float[] matrix, int m, int n, LowRank low) {
    double error = 0;
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int k = 0; k < low.values().length; k++) {
          sum += low.values()[k] * low.left()[k * m + i] * low.right()[k * n + j];
        }
        error += (matrix[i * n + j] - sum) * (matrix[i * n + j] - sum);
      }
    }
    return error;
  }

  @ParameterizedTest
  @CsvSource({"60, 90", "90, 60", "40, 40", "5, 300", "300, 3"})
  void aMatrixOfLowRankIsRestored(int m, int n) {
    int rank = Math.min(4, Math.min(m, n));
    float[] matrix = decaying(m, n, rank, 0.5, new Random(1));
    LowRank low = decompose(matrix, m, n, 6, 7, 2);
    assertEquals(Math.min(6, Math.min(m, n)), low.values().length);
    for (int k = 0; k < low.values().length; k++) {
      assertEquals(k < rank ? Math.pow(0.5, k) : 0, low.values()[k], 1e-6);
    }
    assertTrue(squaredError(matrix, m, n, low) < 1e-11);
  }

  @Test
  void whatIsCutOffIsAsLittleAsCanBe() {
    int m = 120;
    int n = 80;
    double decay = 0.9;
    float[] matrix = decaying(m, n, n, decay, new Random(2));
    LowRank low = decompose(matrix, m, n, 20, 7, 2);
    double least = 0;
    for (int k = 0; k < n; k++) {
      double square = Math.pow(decay, 2 * k);
      if (k < 20) {
        assertEquals(Math.sqrt(square), low.values()[k], 1e-2 * Math.sqrt(square));
      } else {
        least += square;
      }
    }
    assertEquals(least, squaredError(matrix, m, n, low), 0.02 * least);
  }

  @Test
  void nothingDependsOnThreadsAndSomethingOnTheSeed() {
    float[] matrix = decaying(70, 9000, 30, 0.8, new Random(3));
    LowRank one = decompose(matrix, 70, 9000, 5, 7, 1);
    LowRank three = decompose(matrix, 70, 9000, 5, 7, 3);
    assertArrayEquals(one.values(), three.values());
    assertArrayEquals(one.left(), three.left());
    assertArrayEquals(one.right(), three.right());
    LowRank other = decompose(matrix, 70, 9000, 5, 8, 1);
    assertTrue(one.values()[4] != other.values()[4]);
  }

  @Test
  void aMatrixOfZerosHasNoDirections() {
    LowRank low = decompose(new float[50], 5, 10, 2, 7, 1);
    assertArrayEquals(new double[2], low.values());
    assertArrayEquals(new float[10], low.left());
  }

  @Test
  void aSmallMatrixIsThreeFactors() {
    Random random = new Random(4);
    int n = 12;
    double[][] columns = new double[n][n];
    double[][] copy = new double[n][n];
    for (int j = 0; j < n; j++) {
      for (int i = 0; i < n; i++) {
        columns[j][i] = random.nextGaussian() * Math.pow(0.1, j);
        copy[j][i] = columns[j][i];
      }
    }
    SmallSvd svd = SmallSvd.of(columns);
    for (int j = 0; j < n; j++) {
      for (int i = 0; i < n; i++) {
        double sum = 0;
        double product = 0;
        for (int k = 0; k < n; k++) {
          sum += svd.values()[k] * svd.left()[k][i] * svd.right()[k][j];
          product += svd.right()[i][k] * svd.right()[j][k];
        }
        assertEquals(copy[j][i], sum, 1e-14);
        assertEquals(i == j ? 1 : 0, product, 1e-13);
      }
      assertTrue(j == 0 || svd.values()[j] <= svd.values()[j - 1]);
    }
  }
}
