package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LinearTest {

  private static final float[][] MODELS = {{1, 2, 3}, {4, 8, 12}, {-6, 6, 0}};

  @Test
  void theMeanIsWeighted() {
    assertArrayEquals(new float[] {1, 2, 3}, merge(true, 5));
    assertArrayEquals(new float[] {3.25f, 6.5f, 9.75f}, merge(true, 1, 3));
    assertArrayEquals(new float[] {-1.75f, 5.5f, 3.75f}, merge(true, 1, 1, 2));
  }

  @Test
  void withoutNormalizeTheWeightedSumIsTheResult() {
    assertArrayEquals(new float[] {5, 10, 15}, merge(false, 5));
    assertArrayEquals(new float[] {13, 26, 39}, merge(false, 1, 3));
    assertArrayEquals(new float[] {-7, 22, 15}, merge(false, 1, 1, 2));
  }

  @Test
  void weightsMayBeNegativeOrZero() {
    assertArrayEquals(new float[] {-2, -4, -6}, merge(true, 2, -1));
    assertArrayEquals(new float[] {4, 8, 12}, merge(true, 0, 3));
  }

  @Test
  void weightsThatSumToZeroAreAnErrorUnlessTheSumIsWanted() {
    var refused = assertThrows(RecipeException.class, () -> merge(true, 1, -1));
    assertTrue(refused.getMessage().contains("sum to zero"), refused.getMessage());
    assertTrue(refused.getMessage().contains("normalize: false"), refused.getMessage());
    assertThrows(RecipeException.class, () -> merge(true, 0));
    assertArrayEquals(new float[] {-3, -6, -9}, merge(false, 1, -1));
  }

  private static float[] merge(boolean normalize, double... weights) {
    List<Map<String, ?>> experts = new ArrayList<>();
    float[][] models = new float[weights.length][];
    for (int i = 0; i < weights.length; i++) {
      experts.add(Map.of("weight", weights[i]));
      models[i] = MODELS[i];
    }
    MergeMethod linear = new Linear();
    TensorMerge merge =
        linear.prepare(Tasks.task(linear, Shape.of(3), Map.of("normalize", normalize), experts));
    return InBlocks.merge(merge, 2, new float[3], models);
  }
}
