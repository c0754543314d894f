package dev.amalgam.core.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.MemoryCheckpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.Weight;
import org.junit.jupiter.api.Test;

class ShapesTest {

  private final DenseMatrix a = Operands.dense(2, 3, 1);
  private final DenseMatrix b = Operands.dense(4, 5, 2);
  private final float[] c = new float[100];

  @Test
  void aProductThatDoesNotExistNamesBothOperands() {
    String expected =
        "a matrix of 2 × 3 cannot be multiplied by one of 4 × 5: the inner dimensions differ";
    assertEquals(expected, refusalOfProducts(a, b, 0, 5));
    assertEquals(expected, refusalOfScratch(a, b, 0, 5));
  }

  @Test
  void rowsThatOverlapAreRefused() {
    DenseMatrix fitting = Operands.dense(3, 5, 3);
    String expected =
        "the product of 2 × 3 and 3 × 5 has rows of 5, which a stride of 4 lets overlap";
    assertEquals(expected, refusalOfProducts(a, fitting, 0, 4));
    assertEquals(expected, refusalOfScratch(a, fitting, 0, 4));
  }

  @Test
  void aProductMustFitIntoItsArray() {
    DenseMatrix fitting = Operands.dense(3, 5, 3);
    try (var workers = Operands.workers(Kernels.get(), 1)) {
      MatrixProducts products = new MatrixProducts(workers);
      products.multiply(a, fitting, c, 90, 5, false);
      assertThrows(
          IndexOutOfBoundsException.class, () -> products.multiply(a, fitting, c, 91, 5, false));
      assertThrows(
          IndexOutOfBoundsException.class, () -> products.multiply(a, fitting, c, -1, 5, false));
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> products.multiply(a, fitting, c, 0, Integer.MAX_VALUE, false));
    }
  }

  @Test
  void matricesMustLieWithinTheirArrays() {
    float[] data = new float[10];
    new DenseMatrix(data, 2, 2, 3, 5, 1);
    assertThrows(IndexOutOfBoundsException.class, () -> new DenseMatrix(data, 3, 2, 3, 5, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> new DenseMatrix(data, -1, 2, 3, 3, 1));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> new DenseMatrix(data, 0, Integer.MAX_VALUE, 2, 1, Integer.MAX_VALUE));
    assertThrows(IllegalArgumentException.class, () -> new DenseMatrix(data, 0, 2, 2, 2, 2));
    assertThrows(IllegalArgumentException.class, () -> new DenseMatrix(data, 0, -1, 2, 2, 1));
  }

  @Test
  void rowsThatAWeightDoesNotHaveAreRefused() {
    WeightMatrix weight = Operands.weight(DType.F32, 4, 3, 5);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new WeightMatrix(weight.weight(), 2, 3, false))
            .getMessage();
    assertEquals("'w' of shape [4, 3] has no rows 2 to 4 of a matrix", message);
    var cube = new MemoryCheckpoint("m").with("cube", DType.F32, Shape.of(1, 1, 2), 1, 2);
    Weight notAMatrix = new CheckpointWeights(cube).find("cube").orElseThrow();
    assertThrows(IllegalArgumentException.class, () -> WeightMatrix.of(notAMatrix));
  }

  private String refusalOfProducts(Matrix x, Matrix y, int offset, int stride) {
    try (var workers = Operands.workers(Kernels.get(), 2)) {
      MatrixProducts products = new MatrixProducts(workers);
      return assertThrows(
              IllegalArgumentException.class,
              () -> products.multiply(x, y, c, offset, stride, false))
          .getMessage();
    }
  }

  private String refusalOfScratch(DenseMatrix x, DenseMatrix y, int offset, int stride) {
    try (Scratch scratch = new Scratch(Kernels.get())) {
      return assertThrows(
              IllegalArgumentException.class,
              () -> scratch.multiply(x, y, c, offset, stride, false))
          .getMessage();
    }
  }
}
