package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.repair.Coefficients;
import dev.amalgam.core.repair.Lesson;
import dev.amalgam.core.repair.MergedModel;
import dev.amalgam.core.repair.Repair;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.LineCoefficients;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The repair of a merged model goes where PyTorch goes. */
class RepairFixtureTest {

  private static final Path FIXTURE = Path.of("src/test/resources/repair");
  private static final double RATE = 0.03;

  private static Map<String, float[]> expected(String name) {
    return Tensors.read(FIXTURE.resolve(name + ".safetensors")).floats();
  }

  /** The base plus a factor times the sum of the deltas. */
  private record TaskArithmetic(Weight base, List<Weight> experts, double factor)
      implements Weight {
    @Override
    public String name() {
      return base.name();
    }

    @Override
    public Shape shape() {
      return base.shape();
    }

    @Override
    public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
      float[] before = new float[count];
      base.read(from, count, before, 0, buffer);
      double[] sum = new double[count];
      for (Weight expert : experts) {
        expert.read(from, count, target, at, buffer);
        for (int i = 0; i < count; i++) {
          sum[i] += target[at + i] - before[i];
        }
      }
      for (int i = 0; i < count; i++) {
        target[at + i] = (float) (before[i] + factor * sum[i]);
      }
    }
  }

  private static MergedModel merged(List<Expert> experts, Coefficients.Level level, double factor) {
    Weights start =
        experts
            .getFirst()
            .weights()
            .base()
            .mapped(
                (name, base) ->
                    new TaskArithmetic(
                        base,
                        experts.stream()
                            .map(e -> e.weights().expert().find(name).orElseThrow())
                            .toList(),
                        factor));
    return new MergedModel(
        experts,
        start,
        1,
        new Coefficients(experts.getFirst().at(1).parameters(), level, experts.size()),
        Map.of(),
        1);
  }

  private static List<Example> trimmed(List<Example> examples) {
    List<Example> trimmed = new ArrayList<>();
    for (Example example : examples) {
      boolean[] mask = example.attentionMask().orElseThrow();
      int length = 0;
      for (boolean attended : mask) {
        length += attended ? 1 : 0;
      }
      int end = length;
      trimmed.add(
          new Example(
              Arrays.copyOf(example.inputIds(), end),
              Optional.empty(),
              example.tokenTypeIds().map(types -> Arrays.copyOf(types, end)),
              example.labels().length == 1
                  ? example.labels()
                  : Arrays.copyOf(example.labels(), end)));
    }
    return trimmed;
  }

  @Test
  void languageModelsLearnTheirExpertsPredictions() {
    Map<String, float[]> due = expected("tiny-llama");
    try (TinyFamily family = new TinyFamily();
        Engine engine = new Engine(2, Kernels.get());
        Arena arena = Arena.ofShared()) {
      MergedModel merged = merged(family.experts(), Coefficients.Level.ROW_AND_COLUMN, 0.2);
      List<Repair.Task> tasks = new ArrayList<>();
      for (int t = 0; t < family.experts().size(); t++) {
        tasks.add(
            new Repair.Task(
                family.experts().get(t),
                1,
                trimmed(family.examples().get(t)),
                1 / Math.max(1e-3, due.get("gain")[t]),
                true,
                false));
      }
      // Of so many steps that the rate does not fall, as PyTorch's does not.
      Repair repair =
          new Repair(
              merged,
              Lesson.of(tasks, 1 << 20, engine, arena, _ -> {}),
              new Repair.Settings(1_000_000, RATE, 8, 0, 1 << 20, 0),
              engine,
              _ -> {});
      double[] losses = repair.step();
      for (int t = 0; t < losses.length; t++) {
        assertEquals(due.get("divergence")[t], losses[t], 1e-5 * losses[t]);
      }
      assertLike(due, "gradient.", merged.coefficients(), toFloats(repair.gradient()), 1e-4, 0);
      repair.step();
      repair.step();
      // Adam makes steps of one length of gradients however small, and of rounding too.
      assertLike(due, "", merged.coefficients(), merged.coefficients().values(), 1e-2, 0.01);
    }
  }

  @Test
  void encodersLearnTheirExpertsStatesToo() {
    Map<String, float[]> due = expected("bert-classifier");
    try (TinyExpert tiny = new TinyExpert("bert-classifier");
        Engine engine = new Engine(2, Kernels.get());
        Arena arena = Arena.ofShared()) {
      List<Expert> experts = new ArrayList<>();
      for (int seed = 1; seed <= 2; seed++) {
        int own = seed;
        experts.add(tiny.expert(tiny.base(), weight -> new HashedDelta(weight, own)));
      }
      List<Example> examples = trimmed(tiny.examples());
      int half = (examples.size() + 1) / 2;
      MergedModel merged = merged(experts, Coefficients.Level.ROW, 0.5);
      Repair repair =
          new Repair(
              merged,
              Lesson.of(
                  List.of(
                      new Repair.Task(experts.get(0), 1, examples.subList(0, half), 1, true, true),
                      new Repair.Task(
                          experts.get(1),
                          1,
                          examples.subList(half, examples.size()),
                          1,
                          true,
                          true)),
                  1 << 20,
                  engine,
                  arena,
                  _ -> {}),
              new Repair.Settings(1, RATE, 8, 0, 1 << 20, 1 << 30),
              engine,
              _ -> {});
      double[] losses = repair.step();
      for (int t = 0; t < losses.length; t++) {
        assertEquals(due.get("loss")[t], losses[t], 1e-5);
      }
      assertLike(due, "gradient.", merged.coefficients(), toFloats(repair.gradient()), 2e-4, 0);
    }
  }

  private static float[] toFloats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static void assertLike(
      Map<String, float[]> due,
      String prefix,
      Coefficients coefficients,
      float[] values,
      double bound,
      double outside) {
    int compared = 0;
    int far = 0;
    int entries = 0;
    for (String tensor : coefficients.tensors()) {
      // Softmax makes nothing of a bias of keys: what there is of a gradient is rounding.
      if (tensor.endsWith("self.key.bias")) {
        continue;
      }
      for (boolean row : new boolean[] {true, false}) {
        float[] own = due.get(prefix + (row ? "row." : "column.") + tensor);
        if (own == null) {
          continue;
        }
        compared++;
        double largest = 0;
        for (float value : own) {
          largest = Math.max(largest, Math.abs(value));
        }
        for (int expert = 0; expert < coefficients.experts(); expert++) {
          LineCoefficients at = coefficients.of(tensor, expert).orElseThrow();
          int count = row ? at.rows() : at.columns();
          assertEquals(own.length / coefficients.experts(), count, tensor);
          for (int i = 0; i < count; i++) {
            float actual = values[(row ? at.rowAt() : at.columnAt()) + i];
            entries++;
            if (Math.abs(own[expert * count + i] - actual) > bound * largest) {
              far++;
            }
          }
        }
      }
    }
    assertTrue(compared > 0);
    assertTrue(far <= outside * entries, far + " of " + entries + " entries differ");
  }
}
