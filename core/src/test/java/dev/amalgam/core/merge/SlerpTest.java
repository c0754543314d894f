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

class SlerpTest {

  private static final float[] BASE = Tasks.gaussian(101, 1);
  private static final float[] MODEL = Tasks.gaussian(101, 2);

  @Test
  void itStartsAtTheBaseAndEndsAtTheModel() {
    assertArrayEquals(BASE, merge(0, BASE, MODEL));
    assertArrayEquals(MODEL, merge(1, BASE, MODEL));
  }

  @Test
  void halfWayBetweenRightAnglesBothCountAlike() {
    float[] between = merge(0.5, new float[] {3, 0, 0, 0}, new float[] {0, 0, 5, 0});
    float root = (float) Math.sqrt(0.5);
    assertArrayEquals(new float[] {3 * root, 0, 5 * root, 0}, between, 1e-6f);
  }

  @Test
  void angleIsThatOfTheWholeTensor() {
    // 60° between the unit vectors, which a third of the way makes 20° from the first.
    float[] a = {0.5f, 0.5f, 0.5f, 0.5f};
    float[] b = {0.5f, 0.5f, 0.5f, -0.5f};
    float[] between = merge(1 / 3.0, a, b);
    double cosine = 0;
    double norm = 0;
    for (int i = 0; i < 4; i++) {
      cosine += a[i] * between[i];
      norm += between[i] * between[i];
    }
    assertEquals(Math.cos(Math.toRadians(20)), cosine, 1e-6);
    assertEquals(1, norm, 1e-6);
  }

  @Test
  void nearlyParallelTensorsAreInterpolatedLinearly() {
    float[] a = {1, 2, 3};
    assertArrayEquals(
        new float[] {1.25f, 2.5f, 3.75f}, merge(0.25, a, new float[] {2, 4, 6}), 1e-6f);
    assertArrayEquals(new float[] {0.5f, 1, 1.5f}, merge(0.25, a, new float[] {-1, -2, -3}), 1e-6f);
  }

  @Test
  void theLimitOfNearlyParallelIsACosineOf9995TenThousandths() {
    assertArrayEquals(
        new float[] {0.5f + 0.5f * 0.9996f, 0.5f * sine(0.9996)}, halfWay(0.9996), 1e-7f);
    double angle = Math.acos(0.9994);
    float factor = (float) (Math.sin(angle / 2) / Math.sin(angle));
    assertArrayEquals(
        new float[] {factor * 1.9994f, factor * sine(0.9994)}, halfWay(0.9994), 1e-7f);
  }

  @Test
  void aZeroTensorIsAtARightAngleToAnything() {
    float root = (float) Math.sqrt(0.5);
    float[] zero = new float[2];
    assertArrayEquals(
        new float[] {4 * root, -2 * root}, merge(0.5, zero, new float[] {4, -2}), 1e-6f);
    assertArrayEquals(
        new float[] {4 * root, -2 * root}, merge(0.5, new float[] {4, -2}, zero), 1e-6f);
    assertArrayEquals(zero, merge(0.5, zero, zero));
  }

  @Test
  void exactlyOneModelIsMergedWithTheBase() {
    MergeMethod slerp = new Slerp();
    assertDoesNotThrow(() -> slerp.checkExperts(1));
    assertThrows(RecipeException.class, () -> slerp.checkExperts(0));
    var refused = assertThrows(RecipeException.class, () -> slerp.checkExperts(2));
    assertTrue(refused.getMessage().contains("lists 2 besides the base"), refused.getMessage());
  }

  private static float sine(double cosine) {
    return (float) Math.sqrt(1 - cosine * cosine);
  }

  private static float[] halfWay(double cosine) {
    return merge(0.5, new float[] {1, 0}, new float[] {(float) cosine, sine(cosine)});
  }

  private static float[] merge(double t, float[] base, float[] model) {
    MergeMethod slerp = new Slerp();
    TensorMerge merge =
        slerp.prepare(Tasks.task(slerp, Shape.of(base.length), Map.of("t", t), List.of(Map.of())));
    return InBlocks.merge(merge, 3, base, model);
  }
}
