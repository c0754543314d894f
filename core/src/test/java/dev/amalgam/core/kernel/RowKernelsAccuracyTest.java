package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Softmax and normalisation against float64, their gradients against central differences. */
class RowKernelsAccuracyTest {

  private static final float EPSILON = 1e-5f;
  private static final int FROM = 3;

  static Stream<Arguments> twinsAndCounts() {
    return Stream.of(Kernels.scalar(), Kernels.get())
        .flatMap(
            twin -> Stream.of(1, 2, 63, 64, 200, 1025).map(count -> Arguments.of(twin, count)));
  }

  @ParameterizedTest
  @MethodSource("twinsAndCounts")
  void softmaxAndLogSumExpMatchFloat64(Kernels twin, int count) {
    float[] x = random(count, 5, 1);
    double[] expected = Reference.softmax(row(x, count));
    float[] p = x.clone();
    twin.softmax().softmax(p, FROM, FROM + count);
    float logSumExp = twin.softmax().logSumExp(x, FROM, FROM + count);
    assertEquals(Reference.logSumExp(row(x, count)), logSumExp, 1e-6);
    float[] scaled = x.clone();
    twin.softmax().probabilities(scaled, FROM, FROM + count, logSumExp, 0.25f);
    for (int i = 0; i < count; i++) {
      // The rounding of the exponents, x − max, is a relative error of each.
      assertEquals(expected[i], p[FROM + i], 2e-6 * expected[i]);
      // The rounding of logSumExp, up to 2^-20 here, is a relative error of all of them.
      assertEquals(expected[i] / 4, scaled[FROM + i], 3e-6 * expected[i]);
    }
  }

  @ParameterizedTest
  @MethodSource("twinsAndCounts")
  void gradientOfSoftmaxMatchesCentralDifferences(Kernels twin, int count) {
    float[] x = random(count, 2, 2);
    float[] dy = random(count, 1, 3);
    float[] p = x.clone();
    twin.softmax().softmax(p, FROM, FROM + count);
    float[] dx = dy.clone();
    twin.softmax().backward(p, FROM, dx, FROM, FROM + count, 0.5f);
    double[] expected = gradient(Reference::softmax, row(x, count), row(dy, count));
    for (int i = 0; i < count; i++) {
      assertEquals(expected[i] / 2, dx[FROM + i], 2e-7);
    }
  }

  @ParameterizedTest
  @MethodSource("twinsAndCounts")
  void rmsNormMatchesFloat64AndItsGradientCentralDifferences(Kernels twin, int count) {
    float[] x = random(count, 3, 4);
    float[] dy = random(count, 1, 5);
    float[] weight = random(count, 1, 6);
    UnaryOperator<double[]> reference = in -> Reference.rmsNorm(in, start(weight, count), EPSILON);
    float[] y = new float[x.length];
    float reciprocal = twin.normalization().rmsNorm(x, FROM, count, weight, EPSILON, y);
    assertNear(reference.apply(row(x, count)), y, 1e-6);
    twin.normalization().rmsNormBackward(x, FROM, count, weight, reciprocal, dy, y);
    assertNear(gradient(reference, row(x, count), row(dy, count)), y, 2e-6 * reciprocal + 1e-9);
  }

  @ParameterizedTest
  @MethodSource("twinsAndCounts")
  void layerNormMatchesFloat64AndItsGradientCentralDifferences(Kernels twin, int count) {
    float[] x = random(count, 3, 7);
    float[] dy = random(count, 1, 8);
    float[] weight = random(count, 1, 9);
    float[] bias = random(count, 1, 10);
    UnaryOperator<double[]> reference =
        in -> Reference.layerNorm(in, start(weight, count), start(bias, count), EPSILON);
    float[] y = new float[x.length];
    float reciprocal = twin.normalization().layerNorm(x, FROM, count, weight, bias, EPSILON, y);
    assertNear(reference.apply(row(x, count)), y, 2e-6);
    float[] normalized = new float[x.length];
    twin.normalization().layerNormalized(x, FROM, count, reciprocal, normalized);
    float[] weighted = new float[x.length];
    for (int i = 0; i < count; i++) {
      weighted[FROM + i] = Math.fma(normalized[FROM + i], weight[i], bias[i]);
      assertEquals(y[FROM + i], weighted[FROM + i], 0f);
    }
    twin.normalization().layerNormBackward(normalized, FROM, count, weight, reciprocal, dy, y);
    assertNear(gradient(reference, row(x, count), row(dy, count)), y, 3e-6 * reciprocal + 1e-9);
  }

  @Test
  void rowsOfInfinitiesGiveWhatPyTorchGives() {
    float negative = Float.NEGATIVE_INFINITY;
    for (Kernels twin : new Kernels[] {Kernels.scalar(), Kernels.get()}) {
      SoftmaxKernels softmax = twin.softmax();
      assertEquals(negative, softmax.logSumExp(new float[] {negative, negative}, 0, 2));
      assertEquals(
          Float.POSITIVE_INFINITY,
          softmax.logSumExp(new float[] {1f, Float.POSITIVE_INFINITY, negative}, 0, 3));
      assertTrue(Float.isNaN(softmax.logSumExp(new float[] {1f, Float.NaN, 5f}, 0, 3)));
      float[] masked = {negative, 2f, negative, 2f};
      softmax.softmax(masked, 0, 4);
      assertEquals("[0.0, 0.5, 0.0, 0.5]", Arrays.toString(masked));
      float[] nothing = {negative, negative};
      softmax.softmax(nothing, 0, 2);
      assertTrue(Float.isNaN(nothing[0]) && Float.isNaN(nothing[1]));
    }
  }

  // By central differences of fourth order of Σ dy·f(x).
  private static double[] gradient(UnaryOperator<double[]> f, double[] x, double[] dy) {
    double[] gradient = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int index = i;
      gradient[i] =
          Reference.slope(
              at -> {
                double[] moved = x.clone();
                moved[index] = at;
                double[] y = f.apply(moved);
                double sum = 0;
                for (int j = 0; j < y.length; j++) {
                  sum += dy[j] * y[j];
                }
                return sum;
              },
              x[i]);
    }
    return gradient;
  }

  private static void assertNear(double[] expected, float[] actual, double bound) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[FROM + i], bound * Math.max(1, Math.abs(expected[i])));
    }
  }

  private static float[] random(int count, double deviation, long seed) {
    Random random = new Random(seed);
    float[] x = new float[FROM + count + 2];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (random.nextGaussian() * deviation);
    }
    return x;
  }

  private static double[] row(float[] x, int count) {
    double[] row = new double[count];
    for (int i = 0; i < count; i++) {
      row[i] = x[FROM + i];
    }
    return row;
  }

  private static double[] start(float[] x, int count) {
    double[] row = new double[count];
    for (int i = 0; i < count; i++) {
      row[i] = x[i];
    }
    return row;
  }
}
