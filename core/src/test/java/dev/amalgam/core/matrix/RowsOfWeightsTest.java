package dev.amalgam.core.matrix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.weight.WeightRows;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowsOfWeightsTest {

  private static final int ROWS = 37;
  private static final int COLUMNS = 70;
  private static final int FIRST = 10;
  private static final int COUNT = 12;

  private final WeightMatrix whole =
      Operands.resident(Operands.weight(DType.BF16, ROWS, COLUMNS, 1));

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 9})
  void productsWithThemArePartsOfThoseWithTheWhole(int rows) {
    DenseMatrix x = Operands.dense(rows, COLUMNS, 2);
    WeightMatrix part = WeightMatrix.of(new WeightRows(whole.weight(), FIRST, COUNT));
    float[] all = Operands.product(Kernels.get(), 1, x, whole.transposed());
    float[] some = Operands.product(Kernels.get(), 1, x, part.transposed());
    for (int i = 0; i < rows; i++) {
      int from = i * ROWS + FIRST;
      assertArrayEquals(
          Arrays.copyOfRange(all, from, from + COUNT),
          Arrays.copyOfRange(some, i * COUNT, (i + 1) * COUNT));
    }
  }

  @Test
  void rowsThatAreNotThereAreRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> new WeightRows(whole.weight(), 30, COUNT))
            .getMessage();
    assertTrue(message.endsWith("of shape [37, 70] has no rows 30 to 41"), message);
  }
}
