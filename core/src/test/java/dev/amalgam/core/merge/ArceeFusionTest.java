package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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

class ArceeFusionTest {

  @Test
  void entriesFarAboveTheQuartilesAreTheModels() {
    float[] base = new float[9];
    // Ranks 2, 4 and 6 hold 2, 4 and −6: what is beyond 4 + 1.5·4 = 10 stands out.
    float[] model = {0, 1, 2, -3, 4, -5, -6, 10, -10.5f};
    float[] expected = {0, 0, 0, 0, 0, 0, 0, 0, -10.5f};
    assertArrayEquals(expected, merge(Shape.of(9), 9, base, model));
    assertArrayEquals(expected, merge(Shape.of(9), 2, base, model));
  }

  @Test
  void quantilesAreNotInterpolated() {
    // Of 8 entries, ranks 1, 3 and 5: 2 + 1.5·(3 − 1) = 5.
    float[] model = {0, 1, 1.5f, 2, 2.5f, 3, 5, 5.25f};
    float[] expected = {0, 0, 0, 0, 0, 0, 0, 5.25f};
    assertArrayEquals(expected, merge(Shape.of(8), 3, new float[8], model));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 50, 200})
  void importanceWeighsRowsByTheirDivergence(int rows) {
    float[] base = Tasks.gaussian(2000, 1);
    float[] model = Tasks.gaussian(2000, 2);
    for (int i = 0; i < 10; i++) {
      // The first row moves alike all over: its softmax stays, and so does it.
      model[i] = base[i] + 3;
      model[10 + i] *= 20;
    }
    float[] merged = merge(Shape.of(200, 10), 10 * rows, base, model);
    assertArrayEquals(naive(base, model, 10), merged);
    for (int i = 0; i < 10; i++) {
      assertEquals(base[i], merged[i]);
    }
  }

  @Test
  void zeroTensorsIdenticalAndOppositeModelsAreNoDivisionByZero() {
    float[] x = Tasks.gaussian(12, 3);
    for (Shape shape : List.of(Shape.of(12), Shape.of(3, 4), Shape.of(12, 1))) {
      assertArrayEquals(x, merge(shape, 4, x, x));
      assertArrayEquals(new float[12], merge(shape, 4, new float[12], new float[12]));
    }
    float[] opposite = x.clone();
    for (int i = 0; i < 12; i++) {
      opposite[i] = -x[i];
    }
    assertArrayEquals(naive(x, opposite, 4), merge(Shape.of(3, 4), 4, x, opposite));
  }

  @Test
  void oneEntryNeverStandsOut() {
    for (Shape shape : List.of(Shape.of(), Shape.of(1), Shape.of(1, 1))) {
      assertArrayEquals(new float[] {1}, merge(shape, 1, new float[] {1}, new float[] {9}));
    }
    assertEquals(0, merge(Shape.of(0, 4), 4, new float[0], new float[0]).length);
  }

  @Test
  void aNumberThatIsNoneShowsInTheResult() {
    float[] base = Tasks.gaussian(40, 1);
    float[] model = Tasks.gaussian(40, 2);
    model[5] = Float.NaN;
    float[] merged = merge(Shape.of(10, 4), 4, base, model);
    assertTrue(Float.isNaN(merged[5]));
  }

  @Test
  void largeEntriesDoNotOverflow() {
    float[] base = new float[16];
    float[] model = new float[16];
    model[3] = 1e30f;
    assertArrayEquals(model, merge(Shape.of(4, 4), 4, base, model));
  }

  @Test
  void exactlyOneModelIsMergedWithTheBase() {
    for (int experts : new int[] {0, 2}) {
      var refused =
          assertThrows(RecipeException.class, () -> new ArceeFusion().checkExperts(experts));
      assertTrue(refused.getMessage().contains("lists " + experts), refused.getMessage());
    }
  }

  private static float[] naive(float[] base, float[] model, int row) {
    float[] importance = new float[base.length];
    for (int start = 0; start < base.length; start += row) {
      double p = 0;
      double q = 0;
      for (int i = start; i < start + row; i++) {
        p += Math.exp(model[i]);
        q += Math.exp(base[i]);
      }
      double divergence = 0;
      for (int i = start; i < start + row; i++) {
        double ofModel = Math.exp(model[i]) / p + 1e-8;
        divergence += ofModel * Math.log(ofModel / (Math.exp(base[i]) / q + 1e-8));
      }
      for (int i = start; i < start + row; i++) {
        importance[i] = (float) (Math.abs(model[i] - base[i]) * divergence);
      }
    }
    float[] sorted = importance.clone();
    java.util.Arrays.sort(sorted);
    int last = sorted.length - 1;
    double threshold = sorted[last / 2] + 1.5 * (sorted[3 * last / 4] - sorted[last / 4]);
    float[] expected = base.clone();
    for (int i = 0; i < base.length; i++) {
      expected[i] = importance[i] > threshold ? model[i] : base[i];
    }
    return expected;
  }

  private static float[] merge(Shape shape, int length, float[] base, float[] model) {
    MergeMethod fusion = new ArceeFusion();
    TensorMerge merge = fusion.prepare(Tasks.task(fusion, shape, Map.of(), List.of(Map.of())));
    return InBlocks.merge(merge, length, base, model);
  }
}
