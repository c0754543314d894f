package dev.amalgam.core.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.matrix.Scratch;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GatingTest {

  private final Scratch scratch = new Scratch(Kernels.get());

  @AfterEach
  void close() {
    scratch.close();
  }

  static Gating[] all() {
    return new Gating[] {
      new Gating.SoftmaxOfAll(), new Gating.SoftmaxOfChosen(), new Gating.SparseMixer(0.3)
    };
  }

  private Routes choose(Gating gating, int perToken, float... logits) {
    Routes routes = Routes.of(1, perToken);
    gating.choose(States.of(logits.clone(), 1, logits.length), 0, routes, scratch);
    return routes;
  }

  private static double exp(double x) {
    return Math.exp(x);
  }

  @Test
  void probabilitiesAmongAllDoNotSumToOne() {
    Routes routes = choose(new Gating.SoftmaxOfAll(), 2, 0, 2, 1);
    assertArrayEquals(new int[] {1, 2}, routes.experts());
    double sum = 1 + exp(2) + exp(1);
    assertEquals(exp(2) / sum, routes.weights()[0], 1e-6);
    assertEquals(exp(1) / sum, routes.weights()[1], 1e-6);
  }

  @Test
  void probabilitiesAmongThoseChosenDo() {
    Routes routes = choose(new Gating.SoftmaxOfChosen(), 2, 0, 2, 1);
    assertArrayEquals(new int[] {1, 2}, routes.experts());
    assertEquals(exp(1) / (1 + exp(1)), routes.weights()[0], 1e-6);
    assertEquals(1 / (1 + exp(1)), routes.weights()[1], 1e-6);
  }

  @Test
  void sparseMixerWeightsAChoiceAmongThoseThatComeClose() {
    // 2 · 0.1: 1.7 is close to 2, and 1.4 to 1.7, but not to 2.
    Routes routes = choose(new Gating.SparseMixer(0.1), 2, 1.4f, 2, -9, 1.7f);
    assertArrayEquals(new int[] {1, 3}, routes.experts());
    assertEquals(1 / (1 + exp(-0.3)), routes.weights()[0], 1e-6);
    assertEquals(1 / (1 + exp(-0.3)), routes.weights()[1], 1e-6);
  }

  @ParameterizedTest
  @MethodSource("all")
  void ofEqualExpertsTheFirstIsChosen(Gating gating) {
    assertArrayEquals(new int[] {0, 2}, choose(gating, 2, 1, 0, 1, 1).experts());
  }

  @ParameterizedTest
  @MethodSource("all")
  void differentExpertsAreChosenOfAnyLogits(Gating gating) {
    float nan = Float.NaN;
    float infinity = Float.POSITIVE_INFINITY;
    float[][] hostile = {
      {nan, nan, nan, nan},
      {nan, 1, nan, 2},
      {infinity, infinity, infinity, 0},
      {-infinity, -infinity, -infinity, -infinity}
    };
    for (float[] logits : hostile) {
      int[] experts = choose(gating, 3, logits).experts();
      assertEquals(3, IntStream.of(experts).distinct().count(), Arrays.toString(experts));
      assertTrue(IntStream.of(experts).allMatch(expert -> expert >= 0 && expert < 4));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void gradientsAreTheFiniteDifferencesOfTheWeights(Gating gating) {
    float[] logits = {0.1f, 1.5f, -0.7f, 1.1f, 0.9f, 0.3f};
    float[] dWeights = {0.7f, -1.3f};
    States dLogits = States.zeros(1, logits.length);
    Routes routes = choose(gating, 2, logits);
    gating.backward(States.of(logits, 1, logits.length), 0, routes, dWeights, dLogits, scratch);
    for (int i = 0; i < logits.length; i++) {
      float[] above = logits.clone();
      float[] below = logits.clone();
      above[i] += 0.01f;
      below[i] -= 0.01f;
      double slope =
          (product(choose(gating, 2, above), dWeights)
                  - product(choose(gating, 2, below), dWeights))
              / ((double) above[i] - below[i]);
      assertEquals(slope, dLogits.data()[i], 1e-4, "logit " + i);
    }
  }

  private static double product(Routes routes, float[] factors) {
    return (double) routes.weights()[0] * factors[0] + (double) routes.weights()[1] * factors[1];
  }

  @Test
  void choicesAreListedByExpertInTheOrderOfTokens() {
    Routes routes = new Routes(2, new int[] {3, 0, 0, 1, 3, 1}, new float[6]);
    assertArrayEquals(new int[][] {{1, 2}, {3, 5}, {}, {0, 4}}, routes.choices(4));
  }
}
