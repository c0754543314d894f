package dev.amalgam.core.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpertWeightsTest {

  @ParameterizedTest
  @ValueSource(doubles = {1e-300, 1e-9, 0.1, 0.5, 10, 1e300})
  void theirMeanIsOneAndTheyRiseWithTheShare(double tau2) {
    double[] weights = {0.2, 0, 0.5, 1e-20};
    ExpertWeights.of(weights, tau2);
    assertEquals(4, Arrays.stream(weights).sum(), 1e-9);
    assertTrue(weights[2] >= weights[0] && weights[0] >= weights[3] && weights[3] >= weights[1]);
  }

  @Test
  void theyAreOneAtInfiniteTemperatureAndWhereNobodyHasAny() {
    double[] infinite = {0.2, 0.7};
    ExpertWeights.of(infinite, Double.POSITIVE_INFINITY);
    assertArrayEquals(new double[] {1, 1}, infinite);
    double[] nobody = {0, 0};
    ExpertWeights.of(nobody, 1e-9);
    assertArrayEquals(new double[] {1, 1}, nobody);
  }

  @Test
  void theyAreASoftmaxOfRelativeShares() {
    double[] weights = {0.1, 0.3};
    ExpertWeights.of(weights, 0.5);
    double ratio = Math.exp((1.5 - 0.5) / 0.5);
    assertArrayEquals(new double[] {2 / (1 + ratio), 2 * ratio / (1 + ratio)}, weights, 1e-12);
  }
}
