package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Shape;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStockTest {

  private static final float[] BASE = {1, 2, 3, 4};

  @Test
  void theLessTheDeltasAgreeTheNearerIsTheBase() {
    // Deltas (1, 0, …) and (c, s, …) at 60°: t = 2·0.5/(1 + 0.5) = 2/3, of the mean.
    float sine = (float) Math.sqrt(0.75);
    float[] merged =
        merge(false, 2, BASE, new float[] {2, 2, 3, 4}, new float[] {1.5f, 2 + sine, 3, 4});
    assertArrayEquals(new float[] {1.5f, 2 + sine / 3, 3, 4}, merged, 1e-6f);
  }

  @Test
  void deltasAtRightAnglesGiveTheBaseAndEqualOnesTheModel() {
    assertArrayEquals(
        BASE, merge(false, 3, BASE, new float[] {2, 2, 3, 4}, new float[] {1, 9, 3, 4}), 1e-6f);
    float[] model = {5, -2, 0.5f, 4};
    assertArrayEquals(model, merge(false, 3, BASE, model, model, model), 1e-6f);
  }

  @Test
  void theCosineIsTheMeanOfAllPairs() {
    // Two equal deltas and one at a right angle: c = 1/3, t = 1/(1 + 2/3) = 0.6.
    float[] a = {2, 2, 3, 4};
    float[] b = {1, 3, 3, 4};
    assertArrayEquals(new float[] {1.4f, 2.2f, 3, 4}, merge(false, 4, BASE, a, a, b), 1e-6f);
  }

  @Test
  void aZeroDeltaAgreesWithNothing() {
    // Pairs: one of cosine 1, two of cosine 0, as above; the mean has a third of nothing.
    float[] a = {2, 2, 3, 4};
    assertArrayEquals(new float[] {1.4f, 2, 3, 4}, merge(false, 4, BASE, a, a, BASE), 1e-6f);
    assertArrayEquals(BASE, merge(false, 4, BASE, BASE, BASE));
  }

  @Test
  void oppositeDeltasGiveTheBase() {
    float[] merged = merge(false, 4, BASE, new float[] {2, 3, 4, 5}, new float[] {0, 1, 2, 3});
    assertArrayEquals(BASE, merged, 1e-6f);
  }

  @Test
  void filterWiseEveryRowStandsForItself() {
    float[] merged = merge(true, 2, BASE, new float[] {2, 2, 4, 4}, new float[] {1, 3, 4, 4});
    assertArrayEquals(new float[] {1, 2, 4, 4}, merged, 1e-6f);
    float[] together = merge(false, 2, BASE, new float[] {2, 2, 4, 4}, new float[] {1, 3, 4, 4});
    assertArrayEquals(new float[] {1 + 1 / 3f, 2 + 1 / 3f, 3 + 2 / 3f, 4}, together, 1e-6f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 77, 100})
  void blocksMakeNoDifference(int rows) {
    float[] base = Tasks.gaussian(700, 1);
    float[] a = Tasks.gaussian(700, 2);
    float[] b = Tasks.gaussian(700, 3);
    for (boolean filterWise : new boolean[] {false, true}) {
      assertArrayEquals(
          merge(filterWise, Shape.of(100, 7), 700, base, a, b),
          merge(filterWise, Shape.of(100, 7), 7 * rows, base, a, b),
          1e-8f);
    }
  }

  @Test
  void tensorsOfOneElementAndOfNoneAreMergedToo() {
    for (boolean filterWise : new boolean[] {false, true}) {
      for (Shape shape : new Shape[] {Shape.of(), Shape.of(1), Shape.of(1, 1)}) {
        float[] merged =
            merge(filterWise, shape, 1, new float[] {1}, new float[] {2}, new float[] {4});
        assertArrayEquals(new float[] {3}, merged, 1e-6f);
      }
      float[] none = new float[0];
      assertEquals(0, merge(filterWise, Shape.of(3, 0), 1, none, none, none).length);
    }
  }

  @Test
  void oneModelBesidesTheBaseIsTooFew() {
    var refused = assertThrows(RecipeException.class, () -> new ModelStock().checkExperts(1));
    assertTrue(refused.getMessage().contains("lists 1 besides the base"), refused.getMessage());
  }

  private static float[] merge(boolean filterWise, int length, float[] base, float[]... models) {
    return merge(filterWise, Shape.of(2, 2), length, base, models);
  }

  private static float[] merge(
      boolean filterWise, Shape shape, int length, float[] base, float[]... models) {
    MergeMethod stock = new ModelStock();
    TensorMerge merge =
        stock.prepare(
            Tasks.task(
                stock,
                shape,
                Map.of("filter_wise", filterWise),
                Collections.nCopies(models.length, Map.of())));
    return InBlocks.merge(merge, length, base, models);
  }
}
