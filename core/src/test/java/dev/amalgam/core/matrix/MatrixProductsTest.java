package dev.amalgam.core.matrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.kernel.MatrixKernels;
import dev.amalgam.core.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatrixProductsTest {

  private static final MatrixKernels TILES = Kernels.get().matrix();
  private static final int HEIGHT = TILES.tileRows();
  private static final int WIDTH = TILES.tileColumns();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void productsOfAnyShapeEqualThreeLoops(int count) {
    int[][] shapes = {
      {0, 3, 4},
      {3, 0, 4},
      {3, 4, 0},
      {1, 1, 1},
      {2, 3, 5},
      {13, 32, 96},
      {HEIGHT - 1, 7, WIDTH - 1},
      {HEIGHT, 8, WIDTH},
      {HEIGHT + 1, 9, WIDTH + 1},
      {1, MatrixKernels.DEPTH, WIDTH},
      {HEIGHT, MatrixKernels.DEPTH + 1, 3},
      {2 * HEIGHT + 5, 2 * MatrixKernels.DEPTH + 17, 3 * WIDTH + 2},
      {3, 300, 40 * WIDTH + 7},
      {150, 33, 5 * WIDTH},
      {130, 400, 70},
    };
    try (var workers = Operands.workers(Kernels.get(), count)) {
      MatrixProducts products = new MatrixProducts(workers);
      for (int[] shape : shapes) {
        DenseMatrix a = Operands.dense(shape[0], shape[1], 1);
        DenseMatrix b = Operands.dense(shape[1], shape[2], 2);
        assertEqualsThreeLoops(products, a, b);
        assertEqualsThreeLoops(products, a, Operands.inColumns(b));
        assertEqualsThreeLoops(products, Operands.inColumns(a), b);
        assertEqualsThreeLoops(products, Operands.inColumns(a), Operands.inColumns(b));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"})
  void weightsAreDecodedInAnyPlaceOfTheProduct(DType dtype) {
    int rows = 3 * WIDTH + 5;
    int columns = MatrixKernels.DEPTH + 30;
    WeightMatrix weight = Operands.weight(dtype, rows, columns, 3);
    try (var workers = Operands.workers(Kernels.get(), 2)) {
      MatrixProducts products = new MatrixProducts(workers);
      for (int tokens : new int[] {1, 5, HEIGHT + 1, 60}) {
        assertEqualsThreeLoops(products, Operands.dense(tokens, columns, 4), weight.transposed());
        assertEqualsThreeLoops(products, Operands.dense(tokens, rows, 5), weight);
        assertEqualsThreeLoops(products, weight, Operands.dense(columns, tokens, 6));
        assertEqualsThreeLoops(products, weight.transposed(), Operands.dense(rows, tokens, 7));
      }
      assertEqualsThreeLoops(products, weight, weight.transposed());
    }
  }

  @Test
  void someRowsOfAWeightMakeAMatrix() {
    WeightMatrix whole = Operands.weight(DType.BF16, 90, 70, 8);
    WeightMatrix part = new WeightMatrix(whole.weight(), 11, 40, false);
    try (var workers = Operands.workers(Kernels.get(), 2)) {
      MatrixProducts products = new MatrixProducts(workers);
      assertEqualsThreeLoops(products, Operands.dense(30, 70, 9), part.transposed());
      assertEqualsThreeLoops(products, Operands.dense(30, 40, 9), part);
    }
  }

  private static void assertEqualsThreeLoops(MatrixProducts products, Matrix a, Matrix b) {
    for (boolean accumulate : new boolean[] {false, true}) {
      int stride = b.columns() + 4;
      float[] expected = Operands.numbers(9 + a.rows() * stride, 10);
      float[] actual = expected.clone();
      Operands.multiply(a, b, expected, 6, stride, accumulate);
      products.multiply(a, b, actual, 6, stride, accumulate);
      assertArrayEquals(
          bits(expected),
          bits(actual),
          () -> "%d × %d times %d × %d".formatted(a.rows(), a.columns(), b.rows(), b.columns()));
    }
  }

  private static int[] bits(float[] x) {
    int[] bits = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      bits[i] = Float.floatToRawIntBits(x[i]);
    }
    return bits;
  }
}
