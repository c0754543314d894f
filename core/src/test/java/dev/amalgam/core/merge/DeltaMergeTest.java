package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.amalgam.core.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaMergeTest {

  private static final Shape SHAPE = Shape.of(10, 33);
  private static final int COUNT = 330;
  private static final float[] BASE = Tasks.gaussian(COUNT, 1);
  private static final float[] A = Tasks.gaussian(COUNT, 2);
  private static final float[] B = Tasks.gaussian(COUNT, 3);
  private static final float[] C = Tasks.gaussian(COUNT, 4);

  static List<String> family() {
    return List.of(
        "task_arithmetic",
        "ties",
        "dare_linear",
        "dare_ties",
        "della",
        "della_linear",
        "breadcrumbs",
        "breadcrumbs_ties");
  }

  static List<String> sparse() {
    return family().stream().filter(name -> !name.equals("task_arithmetic")).toList();
  }

  @ParameterizedTest
  @MethodSource("family")
  void withLambdaZeroTheOutputIsTheBase(String method) {
    assertArrayEquals(BASE, merge(method, Map.of("lambda", 0), List.of(weight(0.5), weight(0.7))));
  }

  @ParameterizedTest
  @MethodSource("sparse")
  void withDensityZeroTheOutputIsTheBase(String method) {
    assertArrayEquals(
        BASE, merge(method, Map.of(), List.of(expert(0.5, 0), expert(0.7, 0), expert(1, 0))));
  }

  @ParameterizedTest
  @MethodSource("family")
  void anExpertOfWeightZeroChangesNothing(String method) {
    Map<String, Object> settings = normalize(true);
    assertArrayEquals(
        merge(method, settings, List.of(weight(0.5), weight(0.7))),
        merge(method, settings, List.of(weight(0.5), weight(0.7), weight(0))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dare_linear", "della_linear", "breadcrumbs"})
  void withDensityOneMethodsWithoutElectionAreTaskArithmetic(String method) {
    for (boolean normalize : new boolean[] {true, false}) {
      assertArrayEquals(
          merge("task_arithmetic", normalize(normalize), List.of(weight(0.5), weight(-0.2))),
          merge(method, normalize(normalize), List.of(expert(0.5, 1), expert(-0.2, 1))));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dare_ties", "della", "breadcrumbs_ties"})
  void withDensityOneMethodsWithAnElectionAreTies(String method) {
    for (boolean normalize : new boolean[] {true, false}) {
      assertArrayEquals(
          merge("ties", normalize(normalize), List.of(expert(0.5, 1), expert(0.2, 1))),
          merge(method, normalize(normalize), List.of(expert(0.5, 1), expert(0.2, 1))));
    }
  }

  @ParameterizedTest
  @MethodSource("sparse")
  void belowDensityOneAMethodDropsSomething(String method) {
    List<Map<String, ?>> dense = List.of(expert(0.5, 1), expert(0.7, 1));
    List<Map<String, ?>> thin = List.of(expert(0.5, 0.4), expert(0.7, 0.4));
    assertFalse(Arrays.equals(merge(method, Map.of(), dense), merge(method, Map.of(), thin)));
  }

  @Test
  void theSumOfWeightedDeltasIsAddedToTheBase() {
    assertMerged(
        "task_arithmetic",
        Map.of("lambda", 2),
        List.of(weight(1), weight(-0.5)),
        new float[] {10, 20},
        new float[] {10 + 2 * (3 - 2), 20 + 2 * (1 + 4)},
        new float[][] {{13, 21}, {14, 12}});
  }

  @Test
  void normalizingDividesByTheSumOfTheWeightsUnlessItVanishes() {
    float[] base = {10};
    float[][] experts = {{16}, {12}};
    Map<String, Object> on = normalize(true);
    assertMerged(
        "task_arithmetic",
        on,
        List.of(weight(1), weight(2)),
        base,
        new float[] {13 + 1 / 3f},
        experts);
    assertMerged(
        "task_arithmetic", on, List.of(weight(1), weight(-1)), base, new float[] {14}, experts);
  }

  @Test
  void onlyExpertsOfTheMajoritysSignCount() {
    // The deltas 1, 2 and −2.5 sum to a positive number, −1, −2 and 2.5 to a negative one.
    float[][] experts = {{11, 9}, {12, 8}, {7.5f, 12.5f}};
    float[] base = {10, 10};
    List<Map<String, ?>> weights = List.of(weight(1), weight(1), weight(1));
    assertMerged("ties", normalize(false), weights, base, new float[] {13, 7}, experts);
    assertMerged("ties", normalize(true), weights, base, new float[] {11.5f, 8.5f}, experts);
  }

  @Test
  void wherePositiveAndNegativeBalanceThePositiveCount() {
    assertMerged(
        "ties",
        normalize(false),
        List.of(weight(1), weight(1)),
        new float[] {10},
        new float[] {12},
        new float[][] {{12}, {8}});
  }

  @Test
  void theElectionIsAmongWeightedDeltas() {
    // Weighted, the deltas 1 and 3 are 2 and −3.
    assertMerged(
        "ties",
        normalize(false),
        List.of(weight(2), weight(-1)),
        new float[] {10},
        new float[] {7},
        new float[][] {{11}, {13}});
  }

  @Test
  void anEntryThatNobodyChangesStaysAsItIs() {
    assertMerged(
        "ties",
        normalize(true),
        List.of(weight(1), weight(1)),
        new float[] {10},
        new float[] {10},
        new float[][] {{10}, {10}});
  }

  @Test
  void tiesKeepsTheLargestOfTheWholeTensorAndOfEqualsTheFirst() {
    assertMerged(
        "ties",
        Map.of(),
        List.of(expert(1, 0.5)),
        new float[] {10, 10, 10, 10},
        new float[] {10, 12, 8, 10},
        new float[][] {{11, 12, 8, 12}});
  }

  @Test
  void ofAFractionOfAnEntryNothingIsKept() {
    assertMerged(
        "ties",
        Map.of(),
        List.of(expert(1, 0.49)),
        new float[4],
        new float[] {0, 0, 0, 4},
        new float[][] {{1, 2, 3, 4}});
    assertMerged(
        "breadcrumbs",
        Map.of(),
        List.of(crumbs(0.74, 0.49)),
        new float[4],
        new float[] {0, 2, 3, 0},
        new float[][] {{1, 2, 3, 4}});
  }

  @Test
  void breadcrumbsDropsTheLargestAndTheSmallest() {
    float[] zeros = new float[8];
    float[][] expert = {{1, -8, 3, -6, 5, -4, 7, -2}};
    assertMerged(
        "breadcrumbs",
        Map.of(),
        List.of(crumbs(0.5, 0.25)),
        zeros,
        new float[] {0, 0, 3, -6, 5, -4, 0, 0},
        expert);
    assertMerged(
        "breadcrumbs",
        Map.of(),
        List.of(crumbs(0.5, 0)),
        zeros,
        new float[] {0, -8, 0, -6, 5, 0, 7, 0},
        expert);
  }

  @Test
  void breadcrumbsDropsFewerOfTheLargestWhereElseTooFewWouldRemain() {
    assertMerged(
        "breadcrumbs",
        Map.of(),
        List.of(crumbs(0.9, 0.25)),
        new float[8],
        new float[] {1, 0, 3, -6, 5, -4, 7, -2},
        new float[][] {{1, -8, 3, -6, 5, -4, 7, -2}});
  }

  @Test
  void rescalingRestoresTheNormOfTheDelta() {
    assertMerged(
        "ties",
        Map.of("rescale", true),
        List.of(expert(1, 0.5)),
        new float[4],
        new float[] {0, 5, -5, 0},
        new float[][] {{1, 4, -4, 1}});
  }

  @Test
  void rescalingByTheInverseDividesByTheDensity() {
    float[] kept = merge("dare_linear", Map.of("rescale", "false"), List.of(expert(1, 0.25)), 1000);
    float[] divided =
        merge("dare_linear", Map.of("rescale", "inverse"), List.of(expert(1, 0.25)), 1000);
    float[] expected = BASE.clone();
    for (int i = 0; i < COUNT; i++) {
      if (kept[i] != BASE[i]) {
        expected[i] += 4 * (A[i] - BASE[i]);
      }
    }
    assertArrayEquals(expected, divided);
  }

  @ParameterizedTest
  @MethodSource("family")
  void theResultDoesNotDependOnTheCutIntoBlocks(String method) {
    List<Map<String, ?>> experts = List.of(expert(0.5, 0.4), expert(0.7, 0.6), expert(-1, 0.4));
    Map<String, ?> settings =
        method.equals("task_arithmetic") ? Map.of("normalize", true) : Map.of("rescale", true);
    float[] whole = merge(method, settings, experts, COUNT);
    for (int rows : new int[] {1, 3, 9}) {
      assertArrayEquals(whole, merge(method, settings, experts, 33 * rows), 1e-7f);
    }
  }

  private static Map<String, Object> normalize(boolean normalize) {
    return Map.of("normalize", normalize);
  }

  private static Map<String, ?> weight(double weight) {
    return Map.of("weight", weight);
  }

  private static Map<String, ?> expert(double weight, double density) {
    return Map.of("weight", weight, "density", density);
  }

  private static Map<String, ?> crumbs(double density, double gamma) {
    return Map.of("weight", 1, "density", density, "gamma", gamma);
  }

  private static void assertMerged(
      String method,
      Map<String, ?> recipeWide,
      List<Map<String, ?>> experts,
      float[] base,
      float[] expected,
      float[][] inputs) {
    Shape shape = Shape.of(base.length);
    for (int length = 1; length <= base.length; length++) {
      TensorMerge merge = prepare(method, shape, recipeWide, experts);
      assertArrayEquals(expected, InBlocks.merge(merge, length, base, inputs), 1e-6f);
    }
  }

  private static float[] merge(
      String method, Map<String, ?> recipeWide, List<Map<String, ?>> experts) {
    return merge(method, recipeWide, experts, COUNT);
  }

  private static float[] merge(
      String method, Map<String, ?> recipeWide, List<Map<String, ?>> experts, int length) {
    float[][] inputs = Arrays.copyOf(new float[][] {A, B, C}, experts.size());
    return InBlocks.merge(
        prepare(method, SHAPE, recipeWide, experts), length, BASE.clone(), inputs);
  }

  private static TensorMerge prepare(
      String method, Shape shape, Map<String, ?> recipeWide, List<Map<String, ?>> experts) {
    MergeMethod named = MergeMethods.named(method);
    return named.prepare(Tasks.task(named, shape, new HashMap<>(recipeWide), experts));
  }
}
