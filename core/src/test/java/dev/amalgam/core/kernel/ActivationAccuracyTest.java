package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The bounds that docs/precision.md states, over sweeps through all floats of a range. */
class ActivationAccuracyTest {

  private static final int STRIDE = 9973;

  static Stream<Kernels> twins() {
    return Stream.of(Kernels.scalar(), Kernels.get());
  }

  @ParameterizedTest
  @MethodSource("twins")
  void expIsWithinNineTenthsOfAnUlpOverItsWholeRange(Kernels twin) {
    float[] x = sweep(-86.9f, 88.72f);
    float[] y = x.clone();
    twin.softmax().probabilities(y, 0, y.length, 0f, 1f);
    assertWithinUlps(0.9, x, y, StrictMath::exp);
  }

  @ParameterizedTest
  @MethodSource("twins")
  void expIsZeroBelowItsRangeAndInfiniteAboveIt(Kernels twin) {
    float[] x = {-87f, -1e30f, Float.NEGATIVE_INFINITY, 88.73f, 1e30f, Float.POSITIVE_INFINITY};
    twin.softmax().probabilities(x, 0, x.length, 0f, 1f);
    float infinity = Float.POSITIVE_INFINITY;
    assertEquals(
        "[0.0, 0.0, 0.0, " + infinity + ", " + infinity + ", " + infinity + "]",
        Arrays.toString(x));
  }

  @Test
  void expOfNanIsNan() {
    for (Kernels twin : twins().toList()) {
      float[] x = new float[40];
      Arrays.fill(x, Float.NaN);
      twin.softmax().probabilities(x, 0, x.length, 0f, 1f);
      for (float y : x) {
        assertTrue(Float.isNaN(y));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"TANH, 2.6, -100, 100", "SILU, 2.8, -86, 1e30", "GELU, 4, -1, 1e30"})
  void valuesAreWithinAFewUlps(ActivationFunction f, double ulps, float from, float to) {
    float[] x = sweep(from, to);
    for (Kernels twin : twins().toList()) {
      assertWithinUlps(ulps, x, apply(twin, f, x), reference(f));
    }
  }

  @ParameterizedTest
  @CsvSource({"GELU, 7e-7, -5, 0", "GELU, 5e-6, -12.9, 0", "GELU_TANH, 8e-7, -3, 0"})
  void geluKeepsItsRelativePrecisionInTheLeftTail(
      ActivationFunction f, double bound, float from, float to) {
    float[] x = sweep(from, to);
    for (Kernels twin : twins().toList()) {
      float[] y = apply(twin, f, x);
      for (int i = 0; i < x.length; i++) {
        double expected = Reference.activation(f, x[i]);
        assertNear(expected, y[i], bound * Math.abs(expected) + Float.MIN_NORMAL, x[i]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"SILU, 2e-7", "GELU, 1e-7", "GELU_TANH, 2e-7", "RELU, 0", "TANH, 2e-7"})
  void valuesAreWithinTheirBoundEverywhere(ActivationFunction f, double bound) {
    float[] x = sweep(-1e30f, 1e30f);
    for (Kernels twin : twins().toList()) {
      float[] y = apply(twin, f, x);
      for (int i = 0; i < x.length; i++) {
        double expected = Reference.activation(f, x[i]);
        assertNear(expected, y[i], bound * Math.max(1, Math.abs(expected)), x[i]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"SILU, 1e-6", "GELU, 2e-7", "GELU_TANH, 2e-6", "TANH, 3e-7"})
  void derivativesMatchCentralDifferences(ActivationFunction f, double bound) {
    float[] x = sweep(-30f, 30f);
    for (Kernels twin : twins().toList()) {
      float[] slopes = slopes(twin, f, x);
      for (int i = 0; i < x.length; i++) {
        assertNear(Reference.slope(reference(f), x[i]), slopes[i], bound + 1e-9, x[i]);
      }
    }
  }

  @Test
  void squaredReluIsAParabolaAboveZero() {
    float[] x = sweep(-1e18f, 1e18f);
    for (Kernels twin : twins().toList()) {
      float[] y = apply(twin, ActivationFunction.RELU_SQUARED, x);
      float[] slopes = slopes(twin, ActivationFunction.RELU_SQUARED, x);
      for (int i = 0; i < x.length; i++) {
        float above = Math.max(x[i], 0);
        assertEquals(above * above, y[i]);
        assertEquals(2 * above, slopes[i]);
      }
    }
  }

  @Test
  void reluHasASlopeOfOneAboveZeroAndOfZeroElsewhere() {
    float[] x = {-1f, -0f, 0f, Float.MIN_VALUE, 1f};
    for (Kernels twin : twins().toList()) {
      assertEquals(
          "[0.0, 0.0, 0.0, 1.0, 1.0]", Arrays.toString(slopes(twin, ActivationFunction.RELU, x)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void functionsReachTheirLimitsAndNanStaysNan(ActivationFunction f) {
    double left = f == ActivationFunction.TANH ? -1 : 0;
    double right = f == ActivationFunction.TANH ? 1 : Double.POSITIVE_INFINITY;
    double rightSlope =
        switch (f) {
          case TANH -> 0;
          case RELU_SQUARED -> Double.POSITIVE_INFINITY;
          default -> 1;
        };
    float[] x = new float[48];
    for (int i = 0; i < x.length; i += 3) {
      x[i] = Float.NEGATIVE_INFINITY;
      x[i + 1] = Float.POSITIVE_INFINITY;
      x[i + 2] = Float.NaN;
    }
    for (Kernels twin : twins().toList()) {
      float[] y = apply(twin, f, x);
      float[] slopes = slopes(twin, f, x);
      for (int i = 0; i < x.length; i += 3) {
        assertEquals(left, y[i], 0.0);
        assertEquals(right, y[i + 1], 0.0);
        assertTrue(Float.isNaN(y[i + 2]));
        assertEquals(0, slopes[i], 0.0);
        assertEquals(rightSlope, slopes[i + 1], 0.0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void gatesAreTheFunctionTimesTheOtherHalf(ActivationFunction f) {
    float[] x = sweep(-20f, 20f);
    float[] up = new float[x.length];
    Arrays.fill(up, 3f);
    float[] dy = new float[x.length];
    Arrays.fill(dy, 0.5f);
    for (Kernels twin : twins().toList()) {
      float[] value = apply(twin, f, x);
      float[] slope = slopes(twin, f, x);
      float[] gated = new float[x.length];
      float[] dGate = new float[x.length];
      float[] dUp = new float[x.length];
      twin.activation().gate(f, x, up, gated, 0, x.length);
      twin.activation().gateBackward(f, x, up, dy, dGate, dUp, 0, x.length);
      for (int i = 0; i < x.length; i++) {
        assertEquals(value[i] * 3f, gated[i], 0f);
        assertEquals(1.5f * slope[i], dGate[i], 0f);
        assertEquals(0.5f * value[i], dUp[i], 0f);
      }
    }
  }

  private static DoubleUnaryOperator reference(ActivationFunction f) {
    return x -> Reference.activation(f, x);
  }

  private static float[] apply(Kernels twin, ActivationFunction f, float[] x) {
    float[] y = new float[x.length];
    twin.activation().apply(f, x, y, 0, x.length);
    return y;
  }

  private static float[] slopes(Kernels twin, ActivationFunction f, float[] x) {
    float[] ones = new float[x.length];
    Arrays.fill(ones, 1f);
    twin.activation().backward(f, x, ones, ones, 0, x.length);
    return ones;
  }

  private static void assertWithinUlps(
      double ulps, float[] x, float[] y, DoubleUnaryOperator reference) {
    for (int i = 0; i < x.length; i++) {
      double expected = reference.applyAsDouble(x[i]);
      assertNear(expected, y[i], ulps * Math.ulp((float) expected), x[i]);
    }
  }

  private static void assertNear(double expected, float actual, double bound, float at) {
    if (!(Math.abs(actual - expected) <= bound)) {
      assertEquals(expected, actual, bound, "at " + at);
    }
  }

  /** Returns every so many floats of a range, so as many in each binade. */
  private static float[] sweep(float from, float to) {
    int first = order(from);
    int last = order(to);
    float[] x = new float[(int) (((long) last - first) / STRIDE) + 2];
    for (int i = 0; i < x.length - 1; i++) {
      int order = first + i * STRIDE;
      x[i] = Float.intBitsToFloat(order < 0 ? Integer.MIN_VALUE - order : order);
    }
    x[x.length - 1] = to;
    return x;
  }

  private static int order(float x) {
    int bits = Float.floatToRawIntBits(x);
    return bits < 0 ? Integer.MIN_VALUE - bits : bits;
  }
}
