package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NuSlerpTest {

  private static final float ROOT = (float) Math.sqrt(0.5);
  private static final Map<String, Object> WHOLE = Map.of();
  private static final Map<String, Object> ROWS = Map.of("nuslerp_flatten", false);
  private static final Map<String, Object> COLUMNS =
      Map.of("nuslerp_flatten", false, "nuslerp_row_wise", true);
  private static final float[] A = Tasks.gaussian(7 * 11, 1);
  private static final float[] B = Tasks.gaussian(7 * 11, 2);
  private static final Shape SHAPE = Shape.of(7, 11);

  @Test
  void weightsSayThePlaceBetweenTheModels() {
    assertArrayEquals(A, merge(WHOLE, SHAPE, 1, 0, A, B), 1e-8f);
    assertArrayEquals(B, merge(WHOLE, SHAPE, 0, 3, A, B), 1e-8f);
    float[] tenth = merge(WHOLE, SHAPE, 0.9, 0.1, A, B);
    assertArrayEquals(tenth, merge(WHOLE, SHAPE, 9, 1, A, B), 1e-8f);
  }

  @Test
  void weightsThatCancelMeanHalfWay() {
    float[] between = merge(WHOLE, Shape.of(2), 1, -1, new float[] {3, 0}, new float[] {0, 5});
    assertArrayEquals(new float[] {3 * ROOT, 5 * ROOT}, between, 1e-6f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 11, 20, 77})
  void aRowIsMergedLikeATensorOfItsOwn(int rows) {
    int length = 11 * Math.max(1, rows / 11);
    float[] merged = merge(ROWS, SHAPE, 0.6, 0.4, length, new float[77], A, B);
    for (int row = 0; row < 7; row++) {
      float[] a = java.util.Arrays.copyOfRange(A, 11 * row, 11 * row + 11);
      float[] b = java.util.Arrays.copyOfRange(B, 11 * row, 11 * row + 11);
      assertArrayEquals(
          merge(WHOLE, Shape.of(11), 0.6, 0.4, a, b),
          java.util.Arrays.copyOfRange(merged, 11 * row, 11 * row + 11),
          1e-8f);
    }
  }

  /** Blocks may end anywhere in a row. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 11, 13, 40, 77})
  void aColumnIsMergedLikeATensorOfItsOwn(int length) {
    float[] merged = merge(COLUMNS, SHAPE, 0.6, 0.4, length, new float[77], A, B);
    for (int column = 0; column < 11; column++) {
      float[] expected = merge(WHOLE, Shape.of(7), 0.6, 0.4, column(A, column), column(B, column));
      assertArrayEquals(expected, column(merged, column), 1e-8f);
    }
  }

  @Test
  void aTensorOfOneDimensionIsOneVectorEitherWay() {
    float[] whole = merge(WHOLE, Shape.of(77), 0.6, 0.4, A, B);
    assertArrayEquals(whole, merge(ROWS, Shape.of(77), 0.6, 0.4, A, B));
    assertArrayEquals(whole, merge(COLUMNS, Shape.of(77), 0.6, 0.4, A, B));
  }

  @Test
  void deltasFromABaseAreInterpolated() {
    float[] base = {1, 1, 1, 1};
    for (var way : List.of(WHOLE, ROWS)) {
      float[] merged =
          merge(way, Shape.of(1, 4), 1, 1, 4, base, new float[] {4, 1, 1, 1}, base(1, 1, 6, 1));
      assertArrayEquals(new float[] {1 + 3 * ROOT, 1, 1 + 5 * ROOT, 1}, merged, 1e-6f);
    }
    float[] columns =
        merge(COLUMNS, Shape.of(2, 2), 1, 1, 3, base, base(4, 1, 1, 1), base(1, 1, 6, 1));
    assertArrayEquals(new float[] {1 + 3 * ROOT, 1, 1 + 5 * ROOT, 1}, columns, 1e-6f);
  }

  @Test
  void identicalModelsStayAndOppositeOnesAreMergedLinearly() {
    float[] opposite = {-1, -2, -3, -4};
    float[] x = {1, 2, 3, 4};
    for (var way : List.of(WHOLE, ROWS, COLUMNS)) {
      for (Shape shape : List.of(Shape.of(4), Shape.of(2, 2), Shape.of(1, 4), Shape.of(4, 1))) {
        assertArrayEquals(x, merge(way, shape, 0.3, 0.7, x, x), 1e-6f);
        float[] half = {0.5f, 1, 1.5f, 2};
        assertArrayEquals(half, merge(way, shape, 3, 1, x, opposite), 1e-6f);
      }
    }
  }

  @Test
  void aZeroVectorIsAtARightAngleToAnything() {
    float[] zero = new float[4];
    float[] x = {1, -2, 3, -4};
    float[] expected = {ROOT, -2 * ROOT, 3 * ROOT, -4 * ROOT};
    for (var way : List.of(WHOLE, ROWS, COLUMNS)) {
      for (Shape shape : List.of(Shape.of(4), Shape.of(2, 2), Shape.of(1, 4), Shape.of(4, 1))) {
        assertArrayEquals(expected, merge(way, shape, 1, 1, x, zero), 1e-6f);
        assertArrayEquals(expected, merge(way, shape, 1, 1, zero, x), 1e-6f);
        assertArrayEquals(zero, merge(way, shape, 1, 1, zero, zero));
      }
    }
  }

  @Test
  void tensorsOfOneElementAndOfNoneAreMergedToo() {
    for (var way : List.of(WHOLE, ROWS, COLUMNS)) {
      for (Shape shape : List.of(Shape.of(), Shape.of(1), Shape.of(1, 1))) {
        float[] merged = merge(way, shape, 3, 1, new float[] {2}, new float[] {6});
        assertArrayEquals(new float[] {3}, merged, 1e-6f);
      }
      for (Shape shape : List.of(Shape.of(0), Shape.of(0, 5), Shape.of(5, 0))) {
        assertEquals(0, merge(way, shape, 3, 1, new float[0], new float[0]).length);
      }
    }
  }

  @Test
  void exactlyTwoModelsAreMerged() {
    MergeMethod nuslerp = new NuSlerp();
    assertDoesNotThrow(() -> nuslerp.checkExperts(2));
    assertThrows(RecipeException.class, () -> nuslerp.checkExperts(1));
    var refused = assertThrows(RecipeException.class, () -> nuslerp.checkExperts(3));
    assertTrue(refused.getMessage().contains("exactly two models"), refused.getMessage());
    assertTrue(refused.getMessage().contains("lists 3"), refused.getMessage());
  }

  private static float[] base(float... x) {
    return x;
  }

  private static float[] column(float[] x, int column) {
    float[] entries = new float[7];
    for (int row = 0; row < 7; row++) {
      entries[row] = x[11 * row + column];
    }
    return entries;
  }

  private static float[] merge(
      Map<String, Object> way, Shape shape, double first, double second, float[] a, float[] b) {
    int length = Math.max(1, (int) shape.rowLength());
    return merge(way, shape, first, second, length, new float[a.length], a, b);
  }

  private static float[] merge(
      Map<String, Object> way,
      Shape shape,
      double first,
      double second,
      int length,
      float[] base,
      float[] a,
      float[] b) {
    MergeMethod nuslerp = new NuSlerp();
    TensorMerge merge =
        nuslerp.prepare(
            Tasks.task(
                nuslerp, shape, way, List.of(Map.of("weight", first), Map.of("weight", second))));
    return InBlocks.merge(merge, length, base, a, b);
  }
}
