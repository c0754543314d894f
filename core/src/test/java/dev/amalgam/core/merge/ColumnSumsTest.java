package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.recipe.RecipeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnSumsTest {

  private static final int COLUMNS = 7;
  private static final int ELEMENTS = 50 * COLUMNS;
  private static final float[] X = Tasks.gaussian(ELEMENTS, 9);

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 8, 20, 350})
  void theOrderInWhichBlocksComeChangesNoBit(int length) {
    List<Integer> order = new ArrayList<>();
    for (int block = 0; block * length < ELEMENTS; block++) {
      order.add(block);
    }
    double[] inOrder = sums(order, length);
    for (int column = 0; column < COLUMNS; column++) {
      double sum = 0;
      for (int i = column; i < ELEMENTS; i += COLUMNS) {
        sum += X[i];
      }
      assertEquals(sum, inOrder[column], 1e-12);
    }
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(order, new Random(seed));
      assertArrayEquals(inOrder, sums(order, length));
    }
  }

  @Test
  void tooManyColumnsAreAnErrorAndNotAnOverflow() {
    assertThrows(RecipeException.class, () -> new ColumnSums(1L << 40, 3));
  }

  private static double[] sums(List<Integer> order, int length) {
    ColumnSums sums = new ColumnSums(COLUMNS, 1);
    Block block = new Block(Kernels.scalar(), length, 1);
    for (int index : order) {
      int start = index * length;
      block.moveTo(index, start, Math.min(length, ELEMENTS - start));
      ColumnSums.Part part = sums.start(block);
      for (int i = 0; i < block.length(); i++) {
        part.sums()[0][i % part.width()] += X[start + i];
      }
      sums.add(block, part);
    }
    return sums.totals()[0];
  }
}
