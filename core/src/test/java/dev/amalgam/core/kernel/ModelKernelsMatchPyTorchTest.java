package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Against PyTorch 2.13 and its autograd; {@code make_fixtures.py} is beside the numbers. */
class ModelKernelsMatchPyTorchTest {

  private static final float EPSILON = 1e-5f;
  private static final Map<String, float[]> TENSORS = read("/transformer/kernels.txt");

  private final float[] x = TENSORS.get("x");
  private final float[] row = TENSORS.get("row");
  private final float[] dy = TENSORS.get("dy");
  private final float[] up = TENSORS.get("up");
  private final float[] weight = TENSORS.get("weight");
  private final float[] bias = TENSORS.get("bias");
  private final int count = x.length;

  static Stream<Kernels> twins() {
    return Stream.of(Kernels.scalar(), Kernels.get());
  }

  @ParameterizedTest
  @EnumSource
  void activationsAndTheirGradients(ActivationFunction f) {
    for (Kernels twin : twins().toList()) {
      float[] y = new float[count];
      twin.activation().apply(f, x, y, 0, count);
      // PyTorch's 1 + erf(x/√2) loses digits left of 0, where ours does not.
      assertNear(f + ".y", y, 6e-7);
      twin.activation().backward(f, x, dy, y, 0, count);
      assertNear(f + ".dx", y, 2e-6);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SILU", "GELU"})
  void gatesAndTheirGradients(ActivationFunction f) {
    for (Kernels twin : twins().toList()) {
      float[] y = new float[count];
      float[] dUp = new float[count];
      twin.activation().gate(f, x, up, y, 0, count);
      assertNear(f + ".gate.y", y, 6e-7);
      twin.activation().gateBackward(f, x, up, dy, y, dUp, 0, count);
      assertNear(f + ".gate.dx", y, 2e-6);
      assertNear(f + ".gate.dup", dUp, 1e-6);
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void softmaxAndItsGradient(Kernels twin) {
    float[] p = row.clone();
    twin.softmax().softmax(p, 0, count);
    assertNear("softmax.y", p, 1e-7);
    float[] dx = dy.clone();
    twin.softmax().backward(p, 0, dx, 0, count, 1f);
    assertNear("softmax.dx", dx, 2e-7);
  }

  @ParameterizedTest
  @MethodSource("twins")
  void logSumExpAndItsGradient(Kernels twin) {
    float logSumExp = twin.softmax().logSumExp(row, 0, count);
    assertNear("logsumexp.y", new float[] {logSumExp}, 2e-7);
    float[] dx = row.clone();
    twin.softmax().probabilities(dx, 0, count, logSumExp, 1f);
    assertNear("logsumexp.dx", dx, 5e-7);
  }

  @ParameterizedTest
  @MethodSource("twins")
  void rmsNormAndItsGradient(Kernels twin) {
    float[] y = new float[count];
    float reciprocal = twin.normalization().rmsNorm(row, 0, count, weight, EPSILON, y);
    assertNear("rms_norm.y", y, 3e-7);
    twin.normalization().rmsNormBackward(row, 0, count, weight, reciprocal, dy, y);
    assertNear("rms_norm.dx", y, 5e-7);
  }

  @ParameterizedTest
  @MethodSource("twins")
  void layerNormAndItsGradient(Kernels twin) {
    float[] y = new float[count];
    float reciprocal = twin.normalization().layerNorm(row, 0, count, weight, bias, EPSILON, y);
    assertNear("layer_norm.y", y, 4e-7);
    float[] normalized = new float[count];
    twin.normalization().layerNormalized(row, 0, count, reciprocal, normalized);
    twin.normalization().layerNormBackward(normalized, 0, count, weight, reciprocal, dy, y);
    assertNear("layer_norm.dx", y, 5e-7);
  }

  private static void assertNear(String name, float[] actual, double bound) {
    float[] expected = TENSORS.get(name);
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      double margin = bound * Math.max(1, Math.abs(expected[i]));
      assertEquals(expected[i], actual[i], margin, name + " at " + i);
    }
  }

  private static Map<String, float[]> read(String resource) {
    try (InputStream in = ModelKernelsMatchPyTorchTest.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .map(line -> line.split(" "))
          .collect(Collectors.toMap(words -> words[0], ModelKernelsMatchPyTorchTest::floats));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static float[] floats(String[] words) {
    float[] floats = new float[words.length - 1];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.intBitsToFloat(Integer.parseUnsignedInt(words[i + 1], 16));
    }
    return floats;
  }
}
