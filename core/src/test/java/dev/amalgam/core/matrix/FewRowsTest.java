package dev.amalgam.core.matrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FewRowsTest {

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"})
  void dotProductsRunIn64Lanes(DType dtype) {
    for (int columns : new int[] {0, 1, 63, 64, 65, 300}) {
      WeightMatrix weight = Operands.resident(Operands.weight(dtype, 37, columns, 1));
      for (int rows = 1; rows <= 4; rows++) {
        DenseMatrix x = Operands.dense(rows, columns, 2);
        float[] product = Operands.product(Kernels.get(), 1, x, weight.transposed());
        DenseMatrix w = Operands.plain(weight);
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < 37; j++) {
            assertEquals(dot(x, i, w, j), product[i * 37 + j]);
          }
        }
      }
    }
  }

  private static float dot(DenseMatrix x, int i, DenseMatrix w, int j) {
    float[] lanes = new float[64];
    for (int k = 0; k < x.columns(); k++) {
      lanes[k % 64] = Math.fma(Operands.entry(w, j, k), Operands.entry(x, i, k), lanes[k % 64]);
    }
    for (int width = 32; width > 0; width /= 2) {
      for (int lane = 0; lane < width; lane++) {
        lanes[lane] += lanes[lane + width];
      }
    }
    return lanes[0];
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void productsWithTheWeightAsItIsEqualThreeLoops(DType dtype) {
    for (int[] shape : new int[][] {{1, 1}, {9, 70}, {301, 600}}) {
      WeightMatrix weight = Operands.resident(Operands.weight(dtype, shape[0], shape[1], 3));
      DenseMatrix y = Operands.inColumns(Operands.dense(3, shape[0], 4));
      float[] expected = new float[3 * shape[1]];
      Operands.multiply(y, weight, expected, 0, shape[1], false);
      assertArrayEquals(expected, Operands.product(Kernels.get(), 2, y, weight));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void theNumberOfWorkersChangesNothing(int workers) {
    WeightMatrix weight = Operands.resident(Operands.weight(DType.BF16, 700, 400, 5));
    DenseMatrix x = Operands.dense(2, 400, 6);
    assertArrayEquals(
        Operands.product(Kernels.get(), 1, x, weight.transposed()),
        Operands.product(Kernels.get(), workers, x, weight.transposed()));
    DenseMatrix y = Operands.dense(2, 700, 7);
    assertArrayEquals(
        Operands.product(Kernels.get(), 1, y, weight),
        Operands.product(Kernels.get(), workers, y, weight));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatIsThereIsAddedTo(int rows) {
    WeightMatrix weight = Operands.resident(Operands.weight(DType.BF16, 40, 100, 8));
    DenseMatrix x = Operands.dense(rows, 100, 9);
    float[] alone = Operands.product(Kernels.get(), 1, x, weight.transposed());
    float[] before = Operands.numbers(3 + rows * 45, 10);
    float[] expected = before.clone();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < 40; j++) {
        expected[3 + i * 45 + j] += alone[i * 40 + j];
      }
    }
    try (var workers = Operands.workers(Kernels.get(), 1)) {
      new MatrixProducts(workers).multiply(x, weight.transposed(), before, 3, 45, true);
    }
    assertArrayEquals(expected, before);
  }
}
