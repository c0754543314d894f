package dev.amalgam.core.decomposition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Engine;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricEigenTest {

  private static double[][] copy(double[][] matrix) {
    double[][] copy = new double[matrix.length][];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = matrix[i].clone();
    }
    return copy;
  }

  private static double[][] random(int rows, int columns) {
    Random random = new Random(rows);
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      for (int j = 0; j < columns; j++) {
        row[j] = random.nextGaussian();
      }
    }
    return matrix;
  }

  private static SymmetricEigen eigen(double[][] matrix, Engine engine) {
    return SymmetricEigen.of(copy(matrix), engine.workers());
  }

  private static Engine engine(int threads) {
    return new Engine(threads, Kernels.get());
  }

  @Test
  void valuesThatAreKnown() {
    try (Engine engine = engine(1)) {
      double[][] two = {{2, 1}, {1, 2}};
      assertArrayEquals(new double[] {3, 1}, eigen(two, engine).values(), 1e-15);
      double[][] diagonal = {{-1, 0, 0}, {0, 5, 0}, {0, 0, 2}};
      assertArrayEquals(new double[] {5, 2, -1}, eigen(diagonal, engine).values());
      assertArrayEquals(new double[] {7}, eigen(new double[][] {{7}}, engine).values());
      assertArrayEquals(new double[4], eigen(new double[4][4], engine).values());
      // The second difference of n points: 2 − 2·cos(kπ/(n + 1)).
      int n = 50;
      double[][] second = new double[n][n];
      for (int i = 0; i < n; i++) {
        second[i][i] = 2;
        second[i][Math.max(0, i - 1)] -= i > 0 ? 1 : 0;
        second[i][Math.min(n - 1, i + 1)] -= i < n - 1 ? 1 : 0;
      }
      double[] values = eigen(second, engine).values();
      for (int k = 1; k <= n; k++) {
        assertEquals(2 - 2 * Math.cos(k * Math.PI / (n + 1)), values[n - k], 1e-14);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "5, 9", "40, 7", "65, 65", "130, 300", "300, 20"})
  void vectorsMakeTheMatrixAndAreOrthonormal(int rows, int columns) {
    try (Engine engine = engine(2)) {
      double[][] gram = Products.gram(random(rows, columns), engine.workers());
      SymmetricEigen eigen = eigen(gram, engine);
      double scale = eigen.values()[0];
      assertClose(gram, eigen.map(x -> x, engine.workers()), 1e-13 * scale);
      double[][] unit = new double[rows][rows];
      for (int i = 0; i < rows; i++) {
        unit[i][i] = 1;
      }
      assertClose(unit, Products.gram(eigen.vectors(), engine.workers()), 1e-13);
      int rank = Math.min(rows, columns);
      for (int i = 0; i < rows; i++) {
        assertTrue(i == 0 || eigen.values()[i] <= eigen.values()[i - 1]);
        assertEquals(i < rank, eigen.values()[i] > eigen.noise(), "value " + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-70, 1e70})
  void anyScaleWillDo(double scale) {
    try (Engine engine = engine(1)) {
      double[][] gram = Products.gram(random(30, 40), engine.workers());
      double[] values = eigen(gram, engine).values();
      for (double[] row : gram) {
        for (int j = 0; j < row.length; j++) {
          row[j] *= scale;
        }
      }
      double[] scaled = eigen(gram, engine).values();
      for (int i = 0; i < values.length; i++) {
        assertEquals(values[i], scaled[i] / scale, 1e-13 * values[0]);
      }
    }
  }

  @Test
  void theBitsDependOnNoThreads() {
    double[][] matrix = random(270, 300);
    double[][][] results = new double[2][][];
    for (int i = 0; i < 2; i++) {
      try (Engine engine = engine(1 + 2 * i)) {
        SymmetricEigen eigen = eigen(Products.gram(matrix, engine.workers()), engine);
        results[i] = Products.multiply(eigen.vectors(), matrix, engine.workers());
      }
    }
    assertClose(results[0], results[1], 0);
  }

  private static void assertClose(double[][] expected, double[][] actual, double tolerance) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      if (tolerance == 0) {
        assertArrayEquals(expected[i], actual[i]);
      } else {
        assertArrayEquals(expected[i], actual[i], tolerance);
      }
    }
  }
}
