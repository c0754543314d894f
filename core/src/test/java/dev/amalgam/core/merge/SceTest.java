package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Shape;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SceTest {

  private static final float[] BASE = {1, 1, 1, 1};

  @Test
  void expertsWeighAsMuchAsTheirDeltasAreLarge() {
    // Deltas (1, 0, 0, 0) and (0, 2, 0, 0): weights 1/5 and 4/5; where one alone counts, its
    // weight falls out.
    float[] apart = merge(1, 4, new float[] {2, 1, 1, 1}, new float[] {1, 3, 1, 1});
    assertArrayEquals(new float[] {2, 3, 1, 1}, apart, 1e-6f);
    // Deltas (1, 1, …) and (1, 2, …): weights 2/7 and 5/7.
    float[] together = merge(1, 4, new float[] {2, 2, 1, 1}, new float[] {2, 3, 1, 1});
    assertArrayEquals(new float[] {2, 1 + 12 / 7f, 1, 1}, together, 1e-6f);
  }

  @Test
  void entriesAgainstTheMajoritySignAreErased() {
    float[] merged = merge(1, 4, new float[] {4, 1, 1, 1}, new float[] {-1, 1, 1, 1});
    assertArrayEquals(new float[] {4, 1, 1, 1}, merged, 1e-6f);
    float[] negative = merge(1, 4, new float[] {2, 1, 1, 1}, new float[] {-3, 1, 1, 1});
    assertArrayEquals(new float[] {-3, 1, 1, 1}, negative, 1e-6f);
  }

  @Test
  void oppositeDeltasGiveThePositiveOne() {
    float[] merged = merge(1, 4, new float[] {3, -1, 1, 1}, new float[] {-1, 3, 1, 1});
    assertArrayEquals(new float[] {3, 3, 1, 1}, merged, 1e-6f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void onlyEntriesOfHighVarianceAreSelected(int length) {
    float[] a = {9, 4, 3, 5};
    float[] b = {1, 1, 1, 5};
    // Three entries vary; two thirds of them are two. The last moved in both alike.
    assertArrayEquals(new float[] {9, 4, 1, 1}, merge(0.67, length, a, b), 1e-6f);
    assertArrayEquals(new float[] {9, 1, 1, 1}, merge(0.5, length, a, b), 1e-6f);
    assertArrayEquals(BASE, merge(0.3, length, a, b));
    assertArrayEquals(BASE, merge(0, length, a, b));
  }

  @Test
  void selectingAllKeepsWhatDoesNotVaryToo() {
    float[] x = {9, 4, 3, 5};
    assertArrayEquals(x, merge(1, 3, x, x, x), 1e-6f);
    assertArrayEquals(BASE, merge(0.99, 3, x, x, x));
    assertArrayEquals(x, merge(1, 3, x), 1e-6f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4})
  void amongEqualVariancesTheLowestIndexIsSelected(int length) {
    float[] a = {3, 3, 3, 3};
    assertArrayEquals(new float[] {3, 3, 1, 1}, merge(0.5, length, a, BASE), 1e-6f);
  }

  @Test
  void theWeightsAreThoseOfTheSelectedEntries() {
    // Selected: entries 0 and 1, variances 16 and 4 (the others 1). Σ d² there: 1 + 25, and 81 + 1.
    float[] a = {2, 6, 3, 3};
    float[] b = {10, 2, 1, 1};
    float weight = 26 / 108f;
    assertArrayEquals(
        new float[] {1 + weight + 9 * (1 - weight), 1 + 5 * weight + 1 - weight, 1, 1},
        merge(0.5, 4, a, b),
        1e-5f);
  }

  @Test
  void unmovedModelsGiveTheBase() {
    for (double topk : new double[] {0, 0.5, 1}) {
      assertArrayEquals(BASE, merge(topk, 3, BASE, BASE));
    }
  }

  @Test
  void tensorsOfOneElementAndOfNoneAreMergedToo() {
    for (double topk : new double[] {0.5, 1}) {
      float[] none = new float[0];
      assertEquals(0, run(topk, 1, none, none, none).length);
    }
    float[] one = {1};
    assertArrayEquals(new float[] {3}, run(1, 1, one, new float[] {3}, one), 1e-6f);
    assertArrayEquals(one, run(0.5, 1, one, new float[] {3}, one));
  }

  @Test
  void aMergeOfNothingIsRefused() {
    assertThrows(RecipeException.class, () -> new Sce().checkExperts(0));
  }

  private static float[] merge(double topk, int length, float[]... models) {
    return run(topk, length, BASE, models);
  }

  private static float[] run(double topk, int length, float[] base, float[]... models) {
    MergeMethod sce = new Sce();
    TensorMerge merge =
        sce.prepare(
            Tasks.task(
                sce,
                Shape.of(base.length),
                Map.of("select_topk", topk),
                Collections.nCopies(models.length, Map.of())));
    return InBlocks.merge(merge, length, base, models);
  }
}
