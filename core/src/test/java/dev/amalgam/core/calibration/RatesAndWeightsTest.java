package dev.amalgam.core.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatesAndWeightsTest {

  private static final long[] SIZES = {10, 1, 300, 7, 20};
  private static final double[] RELATIVE = {0, 0.25, 1, 1.5, 4};

  @ParameterizedTest
  @CsvSource({"0.5, 0.3", "0.8, 0.3", "0.9, 0.3", "0.9, 1e-3", "0.5, 1e6", "0.98, 0.05"})
  void theBudgetHoldsAndImportancePays(double drop, double tau1) {
    double[] rates = DropRates.of(RELATIVE, SIZES, drop, tau1);
    double dropped = 0;
    for (int i = 0; i < rates.length; i++) {
      dropped += rates[i] * SIZES[i];
      assertTrue(rates[i] >= 0 && rates[i] <= 1);
      assertTrue(i == 0 || rates[i] <= rates[i - 1], Arrays.toString(rates));
    }
    assertEquals(drop * Arrays.stream(SIZES).sum(), dropped, 1e-6 * 338);
  }

  @Test
  void twoEqualPartitionsAreSymmetricAroundTheirMean() {
    double[] rates = DropRates.of(new double[] {0.5, 1.5}, new long[] {3, 3}, 0.5, 0.5);
    // μ = 1, so d = σ(±1).
    assertEquals(1 / (1 + Math.exp(-1)), rates[0], 1e-12);
    assertEquals(1 / (1 + Math.exp(1)), rates[1], 1e-12);
  }

  @Test
  void whereAllAreAlikeAllHaveTheRate() {
    assertArrayEquals(
        new double[] {0.9, 0.9},
        DropRates.of(new double[] {1, 1}, new long[] {1, 5}, 0.9, 0.3),
        1e-15);
  }

  @Test
  void weightsAreASoftmaxOfRelativeShares() {
    double[] weights = {0.3, 0.1};
    ExpertWeights.of(weights, 0.5);
    // S = 1.5 and 0.5, so the exponents differ by 2.
    assertEquals(2 / (1 + Math.exp(-2)), weights[0], 1e-12);
    assertEquals(2, weights[0] + weights[1], 1e-12);
  }

  @Test
  void weightsStayFiniteAtAnyTemperature() {
    for (double tau2 : new double[] {1e-300, 1e300}) {
      Random random = new Random(1);
      double[] weights = random.doubles(5).toArray();
      ExpertWeights.of(weights, tau2);
      assertEquals(5, Arrays.stream(weights).sum(), 1e-9);
    }
    double[] nobody = new double[3];
    ExpertWeights.of(nobody, 0.5);
    assertArrayEquals(new double[] {1, 1, 1}, nobody);
  }
}
