package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ReductionTest {

  private static final String PINNED_SUM_ABS = "0x1.30afc3d82d45fp26";
  private static final String PINNED_DOT = "-0x1.99fb07c20e8c8p39";
  private static final String PINNED_DISTANCE = "0x1.008c42355df5dp46";

  private final Reduction reduction = new Reduction();

  @Test
  void sumsFollowTheDocumentedOrderForEveryCount() {
    for (int count : Hostile.counts()) {
      assertDocumentedOrder(count);
    }
  }

  @Test
  @Tag("parity")
  void sumsKeepTheirOrderOnceCompiled() {
    for (int round = 0; round < Hostile.rounds(); round++) {
      assertDocumentedOrder(Hostile.HEATING_COUNT);
    }
  }

  private void assertDocumentedOrder(int count) {
    float[] a = weights(count, 1);
    float[] b = weights(count, 2);
    assertEquals(inLanes(count, i -> Math.abs((double) a[i])), reduction.sumAbs(a, count));
    assertEquals(inLanes(count, i -> (double) a[i] * b[i]), reduction.dot(a, b, count));
    assertEquals(inLanes(count, i -> (double) a[i] * a[i]), reduction.sumSquares(a, count));
    assertEquals(
        inLanes(count, i -> ((double) a[i] - b[i]) * ((double) a[i] - b[i])),
        reduction.squaredDistance(a, b, count));
  }

  @Test
  @Tag("parity")
  void sumsAreTheSameInEveryVirtualMachine() {
    float[] a = weights(4099, 1);
    float[] b = weights(4099, 2);
    assertEquals(PINNED_SUM_ABS, Double.toHexString(reduction.sumAbs(a, 4099)));
    assertEquals(PINNED_DOT, Double.toHexString(reduction.dot(a, b, 4099)));
    assertEquals(PINNED_DISTANCE, Double.toHexString(reduction.squaredDistance(a, b, 4099)));
  }

  @Test
  void longSumsStayWithinAFewRoundingsOfTheExactOnes() {
    int count = 100_000;
    float[] a = weights(count, 3);
    float[] b = weights(count, 4);
    BigDecimal exact = BigDecimal.ZERO;
    double magnitude = 0;
    for (int i = 0; i < count; i++) {
      exact = exact.add(new BigDecimal((double) a[i] * b[i]));
      magnitude += Math.abs((double) a[i] * b[i]);
    }
    double error = new BigDecimal(reduction.dot(a, b, count)).subtract(exact).abs().doubleValue();
    // Each term passes through at most 196 additions in its lane and 9 in the tree.
    assertTrue(error <= 205 * 0x1p-53 * magnitude, () -> "error " + error);
  }

  @Test
  void nothingSumsToZeroAndNanIsNotHidden() {
    assertEquals(0.0, reduction.sumAbs(new float[0], 0));
    float[] x = new float[1000];
    x[700] = Float.NaN;
    assertTrue(Double.isNaN(reduction.sumAbs(x, 1000)));
    assertEquals(0.0, reduction.sumAbs(x, 700), "lanes are cleared, and the count is respected");
  }

  @Test
  void differencesAreCountedByBits() {
    float[] a = {1, 0f, Float.NaN, 2, 3};
    float[] b = {1, -0f, Float.NaN, 4, 5};
    assertEquals(2, Reduction.countDifferent(a, b, 4));
  }

  private static double inLanes(int count, IntToDoubleFunction term) {
    double[] lanes = new double[512];
    for (int i = 0; i < count; i++) {
      lanes[i % 512] += term.applyAsDouble(i);
    }
    return tree(lanes, 0, 1);
  }

  // The tree from its root: what lands in lane j at width w is lane j and lane j + w of width 2w.
  private static double tree(double[] lanes, int lane, int width) {
    return width == 512
        ? lanes[lane]
        : tree(lanes, lane, 2 * width) + tree(lanes, lane + width, 2 * width);
  }

  private static float[] weights(int count, long seed) {
    Random random = new Random(seed);
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) (random.nextGaussian() * Math.scalb(1.0, random.nextInt(40) - 20));
    }
    return x;
  }
}
