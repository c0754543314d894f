package dev.amalgam.core.matrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.DType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parity")
class MatrixProductsParityTest {

  @Test
  void theTwinsGiveEqualProducts() {
    int[][] shapes = {{1, 1, 1}, {7, 5, 3}, {13, 32, 96}, {5, 400, 65}, {20, 17, 130}};
    try (Scratch scalar = new Scratch(Kernels.scalar());
        Scratch chosen = new Scratch(Kernels.get())) {
      for (int[] shape : shapes) {
        DenseMatrix a = Operands.dense(shape[0], shape[1], 1);
        DenseMatrix b = Operands.dense(shape[1], shape[2], 2);
        DenseMatrix across = Operands.inColumns(b);
        assertArrayEquals(product(scalar, a, b), product(chosen, a, b));
        assertArrayEquals(product(scalar, a, b), product(chosen, a, across));
        assertArrayEquals(product(scalar, a, b), product(chosen, Operands.inColumns(a), across));
      }
    }
  }

  private static float[] product(Scratch scratch, DenseMatrix a, DenseMatrix b) {
    float[] c = new float[a.rows() * b.columns()];
    scratch.multiply(a, b, c, 0, b.columns(), false);
    return c;
  }

  @Test
  void theTwinsGiveEqualProductsWithWeights() {
    try (var scalar = Operands.workers(Kernels.scalar(), 1);
        var chosen = Operands.workers(Kernels.get(), 2)) {
      MatrixProducts plain = new MatrixProducts(scalar);
      MatrixProducts fast = new MatrixProducts(chosen);
      for (DType dtype : new DType[] {DType.BF16, DType.F16, DType.F32}) {
        WeightMatrix weight = Operands.weight(dtype, 70, 90, 3);
        for (int rows : new int[] {1, 9}) {
          assertEqualProducts(plain, fast, rows, weight);
          assertEqualProducts(plain, fast, rows, Operands.resident(weight));
        }
      }
    }
  }

  private static void assertEqualProducts(
      MatrixProducts plain, MatrixProducts fast, int rows, WeightMatrix weight) {
    DenseMatrix x = Operands.dense(rows, 90, 4);
    DenseMatrix y = Operands.dense(rows, 70, 5);
    WeightMatrix across = weight.transposed();
    assertArrayEquals(Operands.product(plain, x, across), Operands.product(fast, x, across));
    assertArrayEquals(Operands.product(plain, y, weight), Operands.product(fast, y, weight));
  }
}
