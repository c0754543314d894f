package dev.amalgam.core.matrix;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bounds of the error against Σ|a·b|, not against the sum, which may be nothing by cancellation.
 */
class ProductAccuracyTest {

  private static final double UNIT = Math.scalb(1, -24);

  /** Higham, "Accuracy and stability of numerical algorithms", section 3.1, with fused products. */
  @ParameterizedTest
  @ValueSource(ints = {1, 64, 1000, 5000})
  void theErrorOfAProductIsAtMostOneRoundingForEachTerm(int depth) {
    DenseMatrix a = Operands.dense(7, depth, 1);
    DenseMatrix b = Operands.dense(depth, 70, 2);
    assertWithin(depth, a, b, Operands.product(Kernels.get(), 2, a, b));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 1000, 5000})
  void theErrorOfADotProductIsOneRoundingForEachTermOfALaneAndEachLevelOfTheTree(int depth) {
    WeightMatrix weight = Operands.resident(Operands.weight(DType.BF16, 70, depth, 3));
    DenseMatrix x = Operands.dense(3, depth, 4);
    assertWithin(
        Math.ceilDiv(depth, 64) + 6,
        x,
        Operands.plain(weight.transposed()),
        Operands.product(Kernels.get(), 2, x, weight.transposed()));
  }

  private static void assertWithin(int roundings, DenseMatrix a, DenseMatrix b, float[] product) {
    double share = roundings * UNIT / (1 - roundings * UNIT);
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < b.columns(); j++) {
        double sum = 0;
        double magnitude = 0;
        for (int k = 0; k < a.columns(); k++) {
          double term = (double) Operands.entry(a, i, k) * Operands.entry(b, k, j);
          sum += term;
          magnitude += Math.abs(term);
        }
        double error = Math.abs(product[i * b.columns() + j] - sum);
        assertTrue(error <= share * magnitude, error + " > " + share * magnitude);
      }
    }
  }
}
