package dev.amalgam.core.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropRatesTest {

  private static final int COUNT = 200;

  private final long[] sizes = new long[COUNT];
  private final double[] importance = new double[COUNT];

  DropRatesTest() {
    Random random = new Random(3);
    for (int i = 0; i < COUNT; i++) {
      sizes[i] = 1 + random.nextInt(50);
      importance[i] = Math.exp(2 * random.nextGaussian());
    }
  }

  private double[] rates(double p) {
    double[] rates = new double[COUNT];
    Arrays.fill(rates, p);
    return rates;
  }

  private double dropped(double[] drops) {
    double sum = 0;
    for (int i = 0; i < COUNT; i++) {
      sum += sizes[i] * drops[i];
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-9, 1e-3, 0.3, 1, 100, 1e300, Double.POSITIVE_INFINITY})
  void ratesSpendTheBudgetAndFallAsImportanceRises(double tau1) {
    double[] relative = DropRates.relative(importance, sizes);
    for (double p : new double[] {0.01, 0.5, 0.8, 0.99}) {
      double[] drops = DropRates.of(relative, sizes, rates(p), tau1);
      long all = Arrays.stream(sizes).sum();
      // Where one partition is in part dropped and the scale is coarse, it may be off by its size.
      assertEquals(all * p, dropped(drops), tau1 < 1e-6 ? 1e-3 : 1e-9 * all);
      for (int i = 0; i < COUNT; i++) {
        assertTrue(drops[i] >= 0 && drops[i] <= 1, "a rate of " + drops[i]);
        for (int j = 0; j < COUNT; j++) {
          assertTrue(relative[i] <= relative[j] || drops[i] <= drops[j]);
        }
      }
    }
  }

  @Test
  void theUniformRateIsTheLimitOfHotTemperatures() {
    double[] relative = DropRates.relative(importance, sizes);
    double[] rates = rates(0.7);
    assertArrayEquals(rates, DropRates.of(relative, sizes, rates, Double.POSITIVE_INFINITY));
    assertArrayEquals(rates, DropRates.of(relative, sizes, rates, 1e300), 1e-12);
  }

  @Test
  void coldTemperaturesFillTheMostImportantFirst() {
    double[] relative = {3, 1, 2, 0.5};
    long[] four = {10, 10, 10, 10};
    double[] rates = {0.5, 0.5, 0.5, 0.5};
    assertArrayEquals(new double[] {0, 1, 0, 1}, DropRates.of(relative, four, rates, 1e-9), 1e-9);
  }

  @Test
  void whereNothingIsImportantAllIsAlike() {
    double[] relative = DropRates.relative(new double[COUNT], sizes);
    for (double tau1 : new double[] {1e-9, 0.3, 1e300}) {
      assertArrayEquals(rates(0.8), DropRates.of(relative, sizes, rates(0.8), tau1), 1e-12);
    }
  }

  @Test
  void theScaleOfImportanceDoesNotMatter() {
    double[] relative = DropRates.relative(importance, sizes);
    double[] scaled =
        DropRates.relative(Arrays.stream(importance).map(x -> x * 1e-30).toArray(), sizes);
    assertArrayEquals(relative, scaled, 1e-9);
  }

  @Test
  void aTensorsOwnDensityIsWhereItsRatesStartFrom() {
    double[] relative = {1, 1, 1};
    double[] rates = {0, 1, 0.4};
    long[] three = {5, 5, 5};
    assertArrayEquals(rates, DropRates.of(relative, three, rates, 0.3), 1e-12);
  }

  @Test
  void wholeNumbersAddUpAndStayInsideTheirBounds() {
    double[] ideals = {0.5, 0.5, 0.5, 2.9, 3};
    long[] most = {1, 1, 1, 3, 3};
    assertArrayEquals(new long[] {1, 0, 0, 3, 3}, DropRates.wholeNumbers(ideals, most, 7));
    assertArrayEquals(new long[] {1, 1, 1, 3, 3}, DropRates.wholeNumbers(ideals, most, 9));
    assertArrayEquals(new long[] {0, 0, 0, 0, 0}, DropRates.wholeNumbers(ideals, most, 0));
    assertThrows(IllegalArgumentException.class, () -> DropRates.wholeNumbers(ideals, most, 10));
  }

  @Test
  void oneRateIsThatOfEveryPartition() {
    double[] relative = DropRates.relative(importance, sizes);
    assertArrayEquals(
        DropRates.of(relative, sizes, rates(0.8), 0.3), DropRates.of(relative, sizes, 0.8, 0.3));
  }

  @Test
  void twoEqualPartitionsAreSymmetricAroundTheirMean() {
    double[] rates = DropRates.of(new double[] {0.5, 1.5}, new long[] {3, 3}, 0.5, 0.5);
    // μ = 1, so d = σ(±1).
    assertEquals(1 / (1 + Math.exp(-1)), rates[0], 1e-12);
    assertEquals(1 / (1 + Math.exp(1)), rates[1], 1e-12);
  }
}
