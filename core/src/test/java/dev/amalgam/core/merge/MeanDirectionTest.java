package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two methods that merge directions and lengths apart: multislerp and karcher. */
class MeanDirectionTest {

  private static final float[] X = {3, 0, 4, 0};
  private static final float[] OPPOSITE = {-3, 0, -4, 0};
  private static final float[] ZERO = new float[4];

  @Test
  void multislerpGivesTheMeanDirectionAtTheMeanLength() {
    // Directions (1, 0) and (0, 1), lengths 2 and 6.
    float side = (float) (4 * Math.sqrt(0.5));
    float[] merged = multislerp(Map.of(), weights(1, 1), xy(2, 0), xy(0, 6));
    assertArrayEquals(new float[] {side, side}, merged, 1e-6f);
    // Weights 3/4 and 1/4: direction (3, 1)/√10, length 3.
    float unit = (float) (3 / Math.sqrt(10));
    float[] weighted = multislerp(Map.of(), weights(3, 1), xy(2, 0), xy(0, 6));
    assertArrayEquals(new float[] {3 * unit, unit}, weighted, 1e-6f);
  }

  @Test
  void multislerpWithoutNormalizedWeightsScalesTheLength() {
    float unit = (float) (12 / Math.sqrt(10));
    float[] merged =
        multislerp(Map.of("normalize_weights", false), weights(3, 1), xy(2, 0), xy(0, 6));
    assertArrayEquals(new float[] {3 * unit, unit}, merged, 1e-5f);
  }

  @Test
  void multislerpMergesDeltasFromABase() {
    float side = (float) (4 * Math.sqrt(0.5));
    float[] merged =
        InBlocks.merge(
            prepare(new MultiSlerp(), Map.of(), weights(1, 1), 2),
            1,
            xy(5, 7),
            xy(7, 7),
            xy(5, 13));
    assertArrayEquals(new float[] {5 + side, 7 + side}, merged, 1e-6f);
  }

  @Test
  void multislerpOfModelsWhoseDirectionsCancelIsTheLinearMean() {
    float[] merged = multislerp(Map.of(), weights(1, 1), X, new float[] {-9, 0, -12, 0});
    assertArrayEquals(new float[] {-3, 0, -4, 0}, merged, 1e-6f);
    // The mean has length 0.2 here; eps says from where on it counts as vanished.
    float[] long3 = {9, 0, 12, 0};
    float[] turned = multislerp(Map.of(), weights(0.4, 0.6), long3, OPPOSITE);
    assertArrayEquals(new float[] {-9 * 0.6f, 0, -12 * 0.6f, 0}, turned, 1e-5f);
    float[] linear = multislerp(Map.of("eps", 0.3), weights(0.4, 0.6), long3, OPPOSITE);
    assertArrayEquals(new float[] {1.8f, 0, 2.4f, 0}, linear, 1e-5f);
  }

  @Test
  void multislerpRefusesWeightsThatSumToZero() {
    var refused =
        assertThrows(
            RecipeException.class, () -> multislerp(Map.of(), weights(1, -1), X, OPPOSITE));
    assertTrue(refused.getMessage().contains("normalize_weights: false"), refused.getMessage());
  }

  @Test
  void karcherOfTwoModelsIsHalfWayBetweenThem() {
    float side = (float) (4 * Math.sqrt(0.5));
    assertArrayEquals(new float[] {side, side}, karcher(Map.of(), xy(2, 0), xy(0, 6)), 1e-6f);
  }

  @Test
  void karcherHasNoMeanAngleToTheModels() {
    // In a plane the Karcher mean is the mean angle, here (0° + 10° + 80°)/3.
    float[] merged = karcher(Map.of("tol", 1e-9, "max_iter", 50), at(0), at(10), at(80));
    assertArrayEquals(at(30), merged, 1e-6f);
    float[] started = karcher(Map.of("tol", 1), at(0), at(10), at(80));
    assertTrue(Math.abs(started[1] - at(30)[1]) > 1e-3, "the mean of the directions is elsewhere");
  }

  @Test
  void karcherStopsAfterItsLastStepOrWhenItIsNearEnough() {
    float[] one = karcher(Map.of("tol", 0, "max_iter", 1), at(0), at(10), at(80));
    float[] many = karcher(Map.of("tol", 0, "max_iter", 1000), at(0), at(10), at(80));
    // In a plane one step is exact; the second changes nothing but the last bits.
    assertArrayEquals(one, many, 1e-6f);
    float[][] apart = {{1, 0, 0}, {0, 1, 0}, {-0.9f, 0.1f, 0.4f}};
    float[] first = karcher(Map.of("tol", 0, "max_iter", 1), apart);
    float[] tenth = karcher(Map.of("tol", 0, "max_iter", 10), apart);
    float[] last = karcher(Map.of("tol", 0, "max_iter", 500), apart);
    assertTrue(distance(first, last) > 1e-4, "one step is too few");
    assertTrue(distance(tenth, last) < distance(first, last), "steps come nearer");
  }

  @Test
  void karcherOfOppositeModelsIsTheFirstDirection() {
    float[] merged = karcher(Map.of(), X, new float[] {-9, 0, -12, 0});
    assertArrayEquals(new float[] {6, 0, 8, 0}, merged, 1e-6f);
    float[] behindZero = karcher(Map.of(), ZERO, X, OPPOSITE);
    assertArrayEquals(new float[] {2, 0, 8 / 3f, 0}, behindZero, 1e-6f);
  }

  @Test
  void zeroTensorsCountInTheLengthOnly() {
    assertArrayEquals(new float[] {1.5f, 0, 2, 0}, karcher(Map.of(), X, ZERO), 1e-6f);
    assertArrayEquals(
        new float[] {1.5f, 0, 2, 0}, multislerp(Map.of(), weights(1, 1), X, ZERO), 1e-6f);
    assertArrayEquals(ZERO, karcher(Map.of(), ZERO, ZERO));
    assertArrayEquals(ZERO, multislerp(Map.of(), weights(1, 1), ZERO, ZERO));
  }

  @Test
  void identicalModelsStay() {
    float[] x = Tasks.gaussian(101, 1);
    assertArrayEquals(x, karcher(Map.of(), x, x, x), 1e-8f);
    assertArrayEquals(x, multislerp(Map.of(), weights(0.2, 0.9, 1), x, x, x), 1e-8f);
  }

  @Test
  void tensorsOfOneElementAndOfNoneAreMergedToo() {
    assertArrayEquals(new float[] {4}, karcher(Map.of(), new float[] {2}, new float[] {6}), 1e-6f);
    float[] one = multislerp(Map.of(), weights(1, 3), new float[] {2}, new float[] {6});
    assertArrayEquals(new float[] {5}, one, 1e-6f);
    assertEquals(0, karcher(Map.of(), new float[0], new float[0]).length);
    assertEquals(0, multislerp(Map.of(), weights(1, 1), new float[0], new float[0]).length);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 1000})
  void blocksMakeNoDifference(int length) {
    float[][] models = {Tasks.gaussian(1000, 1), Tasks.gaussian(1000, 2), Tasks.gaussian(1000, 3)};
    for (MergeMethod method : List.of(new MultiSlerp(), new Karcher())) {
      var experts = method instanceof Karcher ? none(3) : weights(1, 2, 4);
      float[] whole =
          InBlocks.merge(prepare(method, Map.of(), experts, 1000), 1000, new float[1000], models);
      float[] inBlocks =
          InBlocks.merge(prepare(method, Map.of(), experts, 1000), length, new float[1000], models);
      assertArrayEquals(whole, inBlocks, 1e-8f);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void oneModelIsTooFew(int experts) {
    for (MergeMethod method : List.of(new MultiSlerp(), new Karcher())) {
      var refused = assertThrows(RecipeException.class, () -> method.checkExperts(experts));
      assertTrue(refused.getMessage().contains("at least two"), refused.getMessage());
      assertTrue(refused.getMessage().contains("lists " + experts), refused.getMessage());
    }
  }

  private static float[] xy(float x, float y) {
    return new float[] {x, y};
  }

  private static float[] at(double degrees) {
    return xy((float) Math.cos(Math.toRadians(degrees)), (float) Math.sin(Math.toRadians(degrees)));
  }

  private static double distance(float[] a, float[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(squares);
  }

  private static List<Map<String, ?>> weights(double... weights) {
    List<Map<String, ?>> experts = new ArrayList<>();
    for (double weight : weights) {
      experts.add(Map.of("weight", weight));
    }
    return experts;
  }

  private static List<Map<String, ?>> none(int count) {
    return java.util.Collections.nCopies(count, Map.of());
  }

  private static float[] multislerp(
      Map<String, ?> recipe, List<Map<String, ?>> experts, float[]... models) {
    return merge(new MultiSlerp(), recipe, experts, models);
  }

  private static float[] karcher(Map<String, ?> recipe, float[]... models) {
    return merge(new Karcher(), recipe, none(models.length), models);
  }

  private static float[] merge(
      MergeMethod method, Map<String, ?> recipe, List<Map<String, ?>> experts, float[]... models) {
    int elements = models[0].length;
    return InBlocks.merge(
        prepare(method, recipe, experts, elements), 3, new float[elements], models);
  }

  private static TensorMerge prepare(
      MergeMethod method, Map<String, ?> recipe, List<Map<String, ?>> experts, int elements) {
    return method.prepare(Tasks.task(method, Shape.of(elements), recipe, experts));
  }
}
