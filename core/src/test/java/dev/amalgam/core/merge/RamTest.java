package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Shape;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RamTest {

  private static final float[] BASE = {1, 1, 1, 1, 1, 1};
  // Moves entries 0, 1, 3; the other moves 1, 2, 3 and 4.
  private static final float[] A = {3, 5, 1, 2, 1, 1};
  private static final float[] B = {1, 3, -7, 6, 2, 1};

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 6})
  void uniqueEntriesAreTakenWholeAndSharedOnesAveraged(int length) {
    assertArrayEquals(new float[] {3, 4, -7, 4, 2, 1}, ram(Map.of(), length, A, B), 1e-6f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 6})
  void theStrengthOfUniqueEntriesGrowsWithTheShareThatIsShared(int length) {
    // A shares 2 and has 1 of its own, B shares 2 and has 2: factors 1 + 0.1·2 and 1 + 0.1·1.
    float[] merged = plus(Map.of("r", 0.1, "alpha", 10), length, A, B);
    assertArrayEquals(new float[] {3.4f, 4, 1 - 8.8f, 4, 2.1f, 1}, merged, 1e-6f);
    float[] clipped = plus(Map.of("r", 0.1, "alpha", 1.5), length, A, B);
    assertArrayEquals(new float[] {3.3f, 4, 1 - 8.8f, 4, 2.1f, 1}, clipped, 1e-6f);
    float[] defaults = plus(Map.of(), length, A, B);
    assertArrayEquals(new float[] {3.04f, 4, 1 - 8.16f, 4, 2.02f, 1}, defaults, 1e-6f);
  }

  @Test
  void whatMovedByNoMoreThanEpsilonCountsAsNotMoved() {
    float[] x = {1.5f, 2, 1, 1, 1, 1};
    float[] y = {2, 3, 1, 1, 1, 1};
    Map<String, Object> half = Map.of("epsilon", 0.5);
    assertArrayEquals(new float[] {2, 2.5f, 1, 1, 1, 1}, ram(half, 6, x, y), 1e-6f);
    assertArrayEquals(new float[] {1.75f, 2.5f, 1, 1, 1, 1}, ram(Map.of(), 6, x, y), 1e-6f);
  }

  @Test
  void identicalModelsGiveThatModelAndOppositeDeltasTheBase() {
    float[] mirrored = {-1, -3, 1, 0, 1, 1};
    for (MergeMethod method : List.of(new Ram(), new RamPlus())) {
      assertArrayEquals(A, merge(method, Map.of(), 4, BASE, A, A, A), 1e-6f);
      assertArrayEquals(BASE, merge(method, Map.of(), 4, BASE, A, mirrored), 1e-6f);
      assertArrayEquals(BASE, merge(method, Map.of(), 4, BASE, BASE, BASE));
    }
  }

  @Test
  void anExpertWithoutUniqueEntriesIsNoDivisionByZero() {
    // B moves all that A moves and more.
    float[] a = {1, 3, 1, 1, 1, 1};
    float[] merged = plus(Map.of("alpha", 10), 6, a, B);
    assertArrayEquals(
        new float[] {1, 3, 1 - 8 * (1 + 0.1f / 3), 6 + 0.5f / 3, 2 + 0.1f / 3, 1}, merged, 1e-6f);
  }

  @Test
  void aNumberThatIsNoneShowsInTheResult() {
    float[] broken = A.clone();
    broken[5] = Float.NaN;
    assertTrue(Float.isNaN(ram(Map.of(), 6, broken, B)[5]));
    assertEquals(3, ram(Map.of(), 6, broken, B)[0], 1e-6);
  }

  @Test
  void tensorsOfOneElementAndOfNoneAreMergedToo() {
    for (MergeMethod method : List.of(new Ram(), new RamPlus())) {
      float[] one = {1};
      float[] three = {3};
      assertArrayEquals(three, merge(method, Map.of(), 1, one, three, one), 1e-6f);
      float[] none = new float[0];
      assertEquals(0, merge(method, Map.of(), 1, none, none, none).length);
    }
  }

  @Test
  void oneModelBesidesTheBaseIsTooFewAndAlphaIsNotNegative() {
    for (MergeMethod method : List.of(new Ram(), new RamPlus())) {
      var refused = assertThrows(RecipeException.class, () -> method.checkExperts(1));
      assertTrue(
          refused.getMessage().startsWith("merge_method " + method.name() + " merges at least two"),
          refused.getMessage());
    }
    var refused = assertThrows(RecipeException.class, () -> plus(Map.of("alpha", -1), 6, A, B));
    assertTrue(refused.getMessage().contains("alpha is -1.0"), refused.getMessage());
  }

  private static float[] ram(Map<String, ?> recipe, int length, float[]... models) {
    return merge(new Ram(), recipe, length, BASE, models);
  }

  private static float[] plus(Map<String, ?> recipe, int length, float[]... models) {
    return merge(new RamPlus(), recipe, length, BASE, models);
  }

  private static float[] merge(
      MergeMethod method, Map<String, ?> recipe, int length, float[] base, float[]... models) {
    return InBlocks.merge(
        method.prepare(
            Tasks.task(
                method,
                Shape.of(base.length),
                recipe,
                Collections.nCopies(models.length, Map.of()))),
        length,
        base,
        models);
  }
}
