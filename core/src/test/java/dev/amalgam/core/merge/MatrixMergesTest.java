package dev.amalgam.core.merge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.recipe.Setting;
import dev.amalgam.core.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The methods that see the delta of a matrix whole, against PyTorch and by what must hold. */
class MatrixMergesTest {

  private static final Map<String, float[]> REFERENCE = reference();

  private static Map<String, float[]> reference() {
    Map<String, float[]> numbers = new HashMap<>();
    try {
      for (String line :
          Files.readAllLines(Path.of("src/test/resources/matrix-merges/merges.txt"))) {
        String[] words = line.split(" ");
        float[] values = new float[words.length - 1];
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.parseFloat(words[i + 1]);
        }
        numbers.put(words[0], values);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return numbers;
  }

  static Stream<String> cases() {
    return REFERENCE.keySet().stream().filter(name -> !name.contains(".")).sorted();
  }

  private static Shape shape(String name) {
    float[] shape = REFERENCE.get(name);
    return Shape.of((long) shape[0], (long) shape[1]);
  }

  private static float[][] deltas(String name) {
    List<float[]> deltas = new ArrayList<>();
    for (float[] delta; (delta = REFERENCE.get(name + "." + deltas.size())) != null; ) {
      deltas.add(delta);
    }
    return deltas.toArray(float[][]::new);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void matricesAreMergedAsPyTorchDoes(String name) {
    for (String method : List.of("tsv_m", "iso_c", "wudi")) {
      float[] expected = REFERENCE.get(name + "." + method);
      for (int rows : new int[] {1, 2, 100}) {
        float[] merged = merge(method, "w", shape(name), Map.of(), rows, deltas(name));
        assertClose(expected, merged, name + " by " + method);
      }
    }
  }

  private static void assertClose(float[] expected, float[] actual, String what) {
    float largest = 0;
    for (float x : expected) {
      largest = Math.max(largest, Math.abs(x));
    }
    assertArrayEquals(expected, actual, 1e-6f * largest, what);
  }

  @Test
  void oneExpertIsItselfByItsSingularVectors() {
    for (String name : List.of("one", "tall", "wide")) {
      float[] delta = deltas(name)[0];
      assertClose(delta, merge("tsv_m", "w", shape(name), Map.of(), 3, delta), name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tsv_m", "iso_c", "wudi"})
  void theOrderOfExpertsDoesNotMatter(String method) {
    for (String name : List.of("square", "tall", "wide", "deficient")) {
      float[][] deltas = deltas(name);
      float[] merged = merge(method, "w", shape(name), Map.of(), 3, deltas);
      Collections.reverse(Arrays.asList(deltas));
      assertClose(merged, merge(method, "w", shape(name), Map.of(), 3, deltas), name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tsv_m", "iso_c", "wudi"})
  void lambdaAndEqualWeightsMultiplyTheResult(String method) {
    float[] merged = merge(method, "w", shape("wide"), Map.of(), 3, deltas("wide"));
    for (String factor : List.of("lambda", "weight")) {
      float[] half = merge(method, "w", shape("wide"), Map.of(factor, 0.5), 3, deltas("wide"));
      for (int i = 0; i < half.length; i++) {
        half[i] *= 2;
      }
      assertClose(merged, half, factor);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tsv_m", "iso_c", "wudi"})
  void eachDeltaIsMultipliedByItsOwnWeight(String method) {
    float[][] deltas = deltas("wide");
    float[] once = merge(method, "w", shape("wide"), Map.of(), 3, deltas);
    float[][] swapped = deltas.clone();
    swapped[0] = times(2, deltas[0]);
    float[] twice = merge(method, "w", shape("wide"), Map.of(), 3, swapped);
    assertFalse(Arrays.equals(once, twice));
    List<Map<String, Double>> weights = new ArrayList<>();
    for (int i = 0; i < deltas.length; i++) {
      weights.add(Map.of("weight", i == 0 ? 2.0 : 1.0));
    }
    assertArrayEquals(twice, merge(method, "w", shape("wide"), Map.of(), weights, 3, deltas));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tsv_m", "iso_c", "wudi"})
  void aWeightThatIsNoFloatIsRefused(String method) {
    Parameter<?> weight =
        MergeMethods.named(method).parameters().stream()
            .filter(parameter -> parameter.name().equals("weight"))
            .findFirst()
            .orElseThrow();
    assertTrue(weight.domain().accept(new Setting.Number(-1e9)).isPresent());
    assertTrue(weight.domain().accept(new Setting.Number(1e39)).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tsv_m", "iso_c", "wudi"})
  void theBaseIsAddedAndTheScaleOfDeltasDoesNotMatter(String method) {
    float[][] deltas = deltas("square");
    float[] merged = merge(method, "w", shape("square"), Map.of(), 6, deltas);
    for (float scale : new float[] {1e-30f, 1e-3f, 1e30f}) {
      float[][] scaled = new float[deltas.length][];
      for (int i = 0; i < deltas.length; i++) {
        scaled[i] = times(scale, deltas[i]);
      }
      assertClose(
          times(scale, merged),
          merge(method, "w", shape("square"), Map.of(), 6, scaled),
          "scale " + scale);
    }
    float[] base = new float[36];
    Arrays.fill(base, 0.25f);
    float[] expert = base.clone();
    MergeMethod found = MergeMethods.named(method);
    MergeTask task = Tasks.task(found, shape("square"), Map.of(), List.of(Map.of(), Map.of()));
    assertArrayEquals(base, InBlocks.merge(found.prepare(task), 12, base, expert, expert));
  }

  private static float[] times(float factor, float[] x) {
    float[] product = x.clone();
    for (int i = 0; i < x.length; i++) {
      product[i] *= factor;
    }
    return product;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tsv_m", "iso_c", "wudi"})
  void whatIsNoMapIsAveraged(String method) {
    float[] a = {1, 2, 3, 4, 5, 6};
    float[] b = {3, 2, 1, 0, -1, 2};
    float[] mean = {2, 2, 2, 2, 2, 4};
    for (Shape shape : List.of(Shape.of(6), Shape.of(3, 2, 1))) {
      assertArrayEquals(mean, merge(method, "w", shape, Map.of(), 6, a, b));
    }
    for (String name :
        List.of(
            "model.embed_tokens.weight",
            "lm_head.weight",
            "transformer.wpe.weight",
            "bert.embeddings.token_type_embeddings.weight")) {
      assertArrayEquals(mean, merge(method, name, Shape.of(3, 2), Map.of(), 3, a, b), name);
      float[] half = merge(method, name, Shape.of(3, 2), Map.of("weight", 0.5), 3, a, b);
      assertArrayEquals(times(0.5f, mean), half, name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tsv_m", "iso_c", "wudi"})
  void aNumberThatIsNoneShowsInTheWholeResult(String method) {
    for (float broken : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      float[][] deltas = {deltas("square")[0].clone(), deltas("square")[1]};
      deltas[0][7] = broken;
      for (float x : merge(method, "w", shape("square"), Map.of(), 2, deltas)) {
        assertTrue(Float.isNaN(x));
      }
    }
  }

  @Test
  void whatIsHeldIsSaid() {
    for (String method : List.of("tsv_m", "iso_c", "wudi")) {
      MergeMethod found = MergeMethods.named(method);
      List<Map<String, ?>> two = List.of(Map.of(), Map.of());
      TensorMerge wide = found.prepare(Tasks.task(found, Shape.of(10, 1000), Map.of(), two));
      TensorMerge tall = found.prepare(Tasks.task(found, Shape.of(1000, 10), Map.of(), two));
      // Two deltas in float32, and at least two matrices in float64.
      assertTrue(tall.heldBytes() > 10_000 * (2 * 4 + 2 * 8), method);
      assertTrue(tall.heldBytes() < 10_000 * (2 * 4 + 4 * 8), method);
      assertEquals(method.equals("wudi"), wide.heldBytes() > tall.heldBytes());
      TensorMerge vector = found.prepare(Tasks.task(found, Shape.of(10_000), Map.of(), two));
      assertEquals(0, vector.heldBytes());
    }
  }

  private static float[] merge(
      String method,
      String tensor,
      Shape shape,
      Map<String, ?> parameters,
      int rows,
      float[]... deltas) {
    var experts = Collections.nCopies(deltas.length, parameters);
    return merge(method, tensor, shape, parameters, experts, rows, deltas);
  }

  private static float[] merge(
      String method,
      String tensor,
      Shape shape,
      Map<String, ?> parameters,
      List<? extends Map<String, ?>> experts,
      int rows,
      float[]... deltas) {
    MergeMethod found = MergeMethods.named(method);
    MergeTask task = Tasks.task(found, shape, parameters, List.copyOf(experts));
    MergeTask named = new MergeTask(tensor, shape, task.parameters(), task.experts(), task.draws());
    int length = (int) Math.min(rows * shape.rowLength(), shape.elements());
    return InBlocks.merge(found.prepare(named), length, new float[(int) shape.elements()], deltas);
  }
}
