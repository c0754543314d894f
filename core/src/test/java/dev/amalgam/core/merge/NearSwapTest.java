package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NearSwapTest {

  private static final float[] BASE = {1, 1, 1, 1, 1};
  private static final float[] MODEL = {1, 1.25f, 1.5f, 3, -3};

  @Test
  void nearEntriesAreTheModelsAndFarOnesMoveByT() {
    assertArrayEquals(new float[] {1, 1.25f, 1.5f, 1.5f, 0.5f}, merge(0.5, BASE, MODEL), 1e-6f);
  }

  @Test
  void ofNoDistanceTheBaseIsTheResultAndOfALongOneTheModel() {
    assertArrayEquals(BASE, merge(0, BASE, MODEL));
    assertArrayEquals(MODEL, merge(4, BASE, MODEL), 1e-6f);
    assertArrayEquals(MODEL, merge(1e30, BASE, MODEL), 1e-6f);
  }

  @Test
  void equalAndZeroTensorsStay() {
    assertArrayEquals(MODEL, merge(0.1, MODEL, MODEL), 1e-6f);
    assertArrayEquals(new float[5], merge(0.1, new float[5], new float[5]));
    assertArrayEquals(new float[] {0.1f}, merge(0.1, new float[1], new float[] {7}), 1e-7f);
  }

  @Test
  void aDistanceBelowAMillionthCountsAsAMillionth() {
    // Half of the model's 5e-8, since t is half of what counts as the distance.
    float[] merged = merge(5e-7, new float[1], new float[] {5e-8f});
    assertArrayEquals(new float[] {2.5e-8f}, merged, 1e-14f);
  }

  @Test
  void exactlyOneModelIsMergedAndTIsNoNegativeNumber() {
    for (int experts : new int[] {0, 2}) {
      var refused = assertThrows(RecipeException.class, () -> new NearSwap().checkExperts(experts));
      assertTrue(refused.getMessage().contains("lists " + experts), refused.getMessage());
    }
    var refused = assertThrows(RecipeException.class, () -> merge(-1, BASE, MODEL));
    assertTrue(refused.getMessage().contains("t is -1.0"), refused.getMessage());
  }

  private static float[] merge(double t, float[] base, float[] model) {
    MergeMethod nearswap = new NearSwap();
    TensorMerge merge =
        nearswap.prepare(
            Tasks.task(nearswap, Shape.of(base.length), Map.of("t", t), List.of(Map.of())));
    return InBlocks.merge(merge, 2, base, model);
  }
}
