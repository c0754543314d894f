package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.Importance;
import dev.amalgam.core.importance.ImportanceScores;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.importance.Partitions;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.model.ModelFamilies;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.model.ModelSource;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of importance whatever the model and its delta. */
class ImportanceInvariantsTest {

  private static final double SCALE = 0.02;
  private static final int MANY_TOKENS = 1 << 20;

  private static ImportanceSettings settings(
      Level level, Estimator estimator, Point point, Aggregate aggregate) {
    return settings(level, estimator, point, aggregate, 1);
  }

  private static ImportanceSettings settings(
      Level level, Estimator estimator, Point point, Aggregate aggregate, int steps) {
    return new ImportanceSettings(level, estimator, point, steps, aggregate, 0);
  }

  private static ImportanceSettings gradient(Level level) {
    return settings(level, Estimator.GRADIENT, Point.BASE, Aggregate.MAGNITUDE);
  }

  /** Importance in arrays by name, and the signed scores of names by example. */
  private record Scores(
      Map<String, float[]> importance,
      Map<String, double[]> signed,
      Partitions partitions,
      double[] baseLosses,
      double[] expertLosses) {}

  private static Scores scores(
      Expert expert, ImportanceSettings settings, List<Example> examples, int threads, int tokens) {
    try (Engine engine = new Engine(threads, Kernels.get());
        Arena arena = Arena.ofShared()) {
      List<Batch> batches = Importance.batches(examples, settings, tokens);
      ImportanceScores scores = Importance.of(expert, settings, batches, engine, arena, _ -> {});
      Map<String, float[]> importance = new LinkedHashMap<>();
      for (String name : scores.names()) {
        float[] values = new float[(int) scores.count(name)];
        scores.read(name, 0, values.length, values);
        importance.put(name, values);
      }
      return new Scores(
          importance,
          scores.exampleScores(),
          scores.partitions(),
          scores.losses().base(),
          scores.losses().expert());
    }
  }

  private static Scores scores(Expert expert, ImportanceSettings settings, List<Example> examples) {
    return scores(expert, settings, examples, 2, MANY_TOKENS);
  }

  /**
   * Returns the signed scores of partitions for one example, which importance shows in two ways.
   */
  private static Map<String, double[]> signed(Expert expert, Level level, Example example) {
    List<Example> one = List.of(example);
    var magnitude = scores(expert, gradient(level), one).importance();
    var helpful =
        scores(expert, settings(level, Estimator.GRADIENT, Point.BASE, Aggregate.HELPFUL), one)
            .importance();
    Map<String, double[]> signed = new HashMap<>();
    magnitude.forEach(
        (name, values) -> {
          double[] sum = new double[values.length];
          for (int i = 0; i < sum.length; i++) {
            sum[i] = 2.0 * helpful.get(name)[i] - values[i];
          }
          signed.put(name, sum);
        });
    return signed;
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3-tied", "qwen2", "gpt2", "bert-classifier"})
  void signedScoresOfFinerLevelsAddUpToThoseOfCoarserOnes(String name) {
    try (TinyExpert tiny = new TinyExpert(name)) {
      Expert expert = tiny.expert(SCALE);
      Example example = tiny.examples().getFirst();
      Map<String, double[]> elements = signed(expert, Level.ELEMENT, example);
      for (Level level : Level.values()) {
        Partitions partitions = expert.partitions(level);
        Map<String, double[]> sums = new HashMap<>();
        Map<String, double[]> sizes = new HashMap<>();
        partitions
            .counts()
            .forEach(
                (key, count) -> {
                  sums.put(key, new double[count.intValue()]);
                  sizes.put(key, new double[count.intValue()]);
                });
        for (String tensor : partitions.tensors()) {
          Partitioning partitioning = partitions.of(tensor).orElseThrow();
          double[] scores = elements.get(tensor);
          for (int i = 0; i < scores.length; i++) {
            int partition = (int) partitioning.of(i);
            sums.get(partitioning.key())[partition] += scores[i];
            sizes.get(partitioning.key())[partition] += Math.abs(scores[i]);
          }
        }
        Map<String, double[]> actual = signed(expert, level, example);
        sums.forEach(
            (key, due) -> {
              for (int i = 0; i < due.length; i++) {
                double bound = 2e-5 * sizes.get(key)[i] + 1e-9;
                assertEquals(due[i], actual.get(key)[i], bound, level + " " + key + " " + i);
              }
            });
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3-tied", "gpt2", "bert-classifier"})
  void whatExamplesShowOfANameIsTheSameAtEveryLevel(String name) {
    try (TinyExpert tiny = new TinyExpert(name)) {
      Expert expert = tiny.expert(SCALE);
      List<Example> examples = tiny.examples();
      Map<String, double[]> tensors = scores(expert, gradient(Level.TENSOR), examples).signed();
      double[] model = scores(expert, gradient(Level.MODEL), examples).signed().get("model");
      for (int e = 0; e < examples.size(); e++) {
        double sum = 0;
        for (double[] values : tensors.values()) {
          sum += values[e];
        }
        assertEquals(model[e], sum, 1e-6);
      }
      for (Level level : List.of(Level.ROW, Level.COLUMN, Level.ELEMENT)) {
        Scores finer = scores(expert, gradient(level), examples);
        assertEquals(tensors.keySet(), finer.signed().keySet());
        finer
            .signed()
            .forEach((tensor, values) -> assertArrayEquals(tensors.get(tensor), values, 2e-6));
      }
    }
  }

  /** The loss of one example of the base with part of a partition's delta. */
  private static double loss(
      Expert expert, Map<String, Partitioning> tensors, long partition, double part, Example x) {
    Weights base = expert.weights().base();
    Weights moved =
        base.mapped(
            (_, weight) ->
                tensors.containsKey(weight.name())
                    ? partly(expert, weight, tensors.get(weight.name()), partition, part)
                    : weight);
    try (Engine engine = new Engine(1, Kernels.get())) {
      var model = ModelFamilies.build(new ModelSource(expert.config(), moved), Optional.empty());
      Losses losses = new ModelRunner(model, engine, _ -> {}).losses(new Batch(List.of(x)));
      return losses.mean(0);
    }
  }

  private static double slope(
      Expert expert, Map<String, Partitioning> tensors, long partition, double step, Example x) {
    return (loss(expert, tensors, partition, step, x) - loss(expert, tensors, partition, -step, x))
        / (2 * step);
  }

  private static Weight partly(
      Expert expert, Weight base, Partitioning partitioning, long partition, double part) {
    Weight after = expert.weights().expert().find(base.name()).orElseThrow();
    return new Weight() {
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
        float[] other = new float[count];
        after.read(from, count, other, 0, buffer);
        base.read(from, count, target, at, buffer);
        for (int i = 0; i < count; i++) {
          if (partitioning.of(from + i) == partition) {
            target[at + i] += (float) (part * (other[i] - target[at + i]));
          }
        }
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "llama3-tied, LAYER",
    "llama3-tied, TENSOR",
    "llama3-tied, ROW",
    "llama3-tied, COLUMN",
    "qwen2, ROW",
    "gpt2, MODULE",
    "gpt2, ROW",
    "gpt2, COLUMN",
    "bert-classifier, MODULE",
    "bert-classifier, ROW",
    "bert-classifier, COLUMN",
    "qwen3, ELEMENT"
  })
  void scoresAreFiniteDifferencesOfTheLossAlongTheirPartition(String name, Level level) {
    try (TinyExpert tiny = new TinyExpert(name)) {
      Expert expert = tiny.expert(0.2);
      Example example = tiny.examples().getFirst();
      Map<String, double[]> signed = signed(expert, level, example);
      Partitions partitions = expert.partitions(level);
      Map<String, Map<String, Partitioning>> byKey = new LinkedHashMap<>();
      for (String tensor : partitions.tensors()) {
        Partitioning partitioning = partitions.of(tensor).orElseThrow();
        byKey
            .computeIfAbsent(partitioning.key(), _ -> new LinkedHashMap<>())
            .put(tensor, partitioning);
      }
      byKey.forEach(
          (key, tensors) -> {
            // The partition that matters most shows an error best.
            double[] scores = signed.get(key);
            int most = 0;
            for (int i = 0; i < scores.length; i++) {
              most = Math.abs(scores[i]) > Math.abs(scores[most]) ? i : most;
            }
            double slope =
                (4 * slope(expert, tensors, most, 0.02, example)
                        - slope(expert, tensors, most, 0.04, example))
                    / 3;
            assertEquals(-slope, scores[most], 3e-5 + 0.03 * Math.abs(slope), key + " " + most);
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gpt2", "bert-mlm", "bert-classifier"})
  void integratedScoresAddUpToTheLossThatTheDeltaSaves(String name) {
    try (TinyExpert tiny = new TinyExpert(name)) {
      for (Level level : List.of(Level.LAYER, Level.ROW, Level.ELEMENT)) {
        Scores scores =
            scores(
                tiny.expert(SCALE),
                settings(level, Estimator.GRADIENT, Point.INTEGRATED, Aggregate.MAGNITUDE, 40),
                tiny.examples());
        for (int e = 0; e < scores.baseLosses().length; e++) {
          double sum = 0;
          for (double[] values : scores.signed().values()) {
            sum += values[e];
          }
          double saved = scores.baseLosses()[e] - scores.expertLosses()[e];
          assertEquals(saved, sum, 1e-5 + 0.01 * Math.abs(saved), level + ", example " + e);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void whereTheDeltaIsZeroSoAreTheScores(Level level) {
    try (TinyExpert tiny = new TinyExpert("gpt2")) {
      String only =
          tiny.base().names().stream()
              .filter(n -> n.endsWith("c_fc.weight"))
              .findFirst()
              .orElseThrow();
      Expert expert =
          tiny.expert(
              tiny.base(),
              weight -> weight.name().equals(only) ? new TinyExpert.Moved(weight, SCALE) : weight);
      Scores scores = scores(expert, gradient(level), tiny.examples());
      String group = scores.partitions().of(only).orElseThrow().key();
      scores
          .importance()
          .forEach(
              (name, values) -> {
                boolean moved =
                    name.equals(only)
                        || scores
                            .partitions()
                            .of(name)
                            .map(Partitioning::key)
                            .orElse(name)
                            .equals(group);
                double sum = 0;
                for (float value : values) {
                  sum += value;
                }
                assertEquals(moved, sum > 0, name);
              });
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama3-tied, ROW",
    "llama3-tied, ELEMENT",
    "gpt2, COLUMN",
    "bert-classifier, ROW",
    "bert-mlm, MODULE"
  })
  void neitherThreadsNorBatchesChangeABit(String name, Level level) {
    try (TinyExpert tiny = new TinyExpert(name)) {
      Expert expert = tiny.expert(SCALE);
      for (Estimator estimator : Estimator.values()) {
        if (estimator != Estimator.GRADIENT && level != Level.MODULE) {
          continue;
        }
        ImportanceSettings settings = settings(level, estimator, Point.BASE, Aggregate.MAGNITUDE);
        Scores due = scores(expert, settings, tiny.examples(), 1, MANY_TOKENS);
        for (int threads = 1; threads <= 3; threads++) {
          Scores actual = scores(expert, settings, tiny.examples(), threads, threads == 2 ? 20 : 1);
          due.importance().forEach((n, v) -> assertArrayEquals(v, actual.importance().get(n), n));
          due.signed().forEach((n, v) -> assertArrayEquals(v, actual.signed().get(n), n));
        }
      }
    }
  }

  @Test
  void theOrderOfExamplesDoesNotMatter() {
    try (TinyExpert tiny = new TinyExpert("llama")) {
      Expert expert = tiny.expert(SCALE);
      for (Aggregate aggregate : Aggregate.values()) {
        ImportanceSettings settings =
            settings(Level.ROW, Estimator.GRADIENT, Point.BASE, aggregate);
        Scores there = scores(expert, settings, tiny.examples());
        Scores back = scores(expert, settings, tiny.examples().reversed());
        there
            .importance()
            .forEach((n, v) -> assertArrayEquals(v, back.importance().get(n), 1e-6f, n));
      }
    }
  }

  @Test
  void permutedHiddenUnitsHavePermutedScores() {
    try (TinyExpert tiny = new TinyExpert("llama")) {
      String gate = "model.layers.0.mlp.gate_proj.weight";
      String up = "model.layers.0.mlp.up_proj.weight";
      String down = "model.layers.0.mlp.down_proj.weight";
      var shape = tiny.base().find(gate).orElseThrow().shape();
      int units = (int) shape.dimension(0);
      int width = (int) shape.dimension(1);
      int[] turned = new int[units];
      int[] rows = new int[units * width];
      int[] columns = new int[units * width];
      for (int u = 0; u < units; u++) {
        turned[u] = (u + 5) % units;
        for (int i = 0; i < width; i++) {
          rows[u * width + i] = turned[u] * width + i;
          columns[i * units + u] = i * units + turned[u];
        }
      }
      Expert plain = tiny.expert(SCALE);
      BiFunction<String, Weight, Weight> permute =
          (_, weight) ->
              weight.name().equals(gate) || weight.name().equals(up)
                  ? new TinyExpert.Rearranged(weight, rows)
                  : weight.name().equals(down)
                      ? new TinyExpert.Rearranged(weight, columns)
                      : weight;
      Expert permuted =
          new Expert(
              new FineTuned(
                  plain.weights().base().mapped(permute), plain.weights().expert().mapped(permute)),
              plain.config());
      float[] before = scores(plain, gradient(Level.ROW), tiny.examples()).importance().get(gate);
      float[] after = scores(permuted, gradient(Level.ROW), tiny.examples()).importance().get(gate);
      assertNotEquals(before[0], after[0]);
      for (int u = 0; u < units; u++) {
        assertEquals(before[turned[u]], after[u], 1e-6 + 1e-3 * before[turned[u]]);
      }
      float[] read = scores(plain, gradient(Level.COLUMN), tiny.examples()).importance().get(down);
      float[] readAfter =
          scores(permuted, gradient(Level.COLUMN), tiny.examples()).importance().get(down);
      for (int u = 0; u < units; u++) {
        assertEquals(read[turned[u]], readAfter[u], 1e-6 + 1e-3 * read[turned[u]]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Estimator.class,
      names = {"ABLATION", "RESTORATION"})
  void interventionsOnTheWholeAreTheTotalEffect(Estimator estimator) {
    for (String name : List.of("llama3-tied", "bert-classifier")) {
      try (TinyExpert tiny = new TinyExpert(name)) {
        Scores scores =
            scores(
                tiny.expert(SCALE),
                settings(Level.MODEL, estimator, Point.BASE, Aggregate.MEAN),
                tiny.examples());
        for (int e = 0; e < scores.baseLosses().length; e++) {
          assertEquals(
              scores.baseLosses()[e] - scores.expertLosses()[e], scores.signed().get("model")[e]);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void interventionsAreTheLossesOfTheModelsThatTheySayAndLeaveNoTrace(Level level) {
    try (TinyExpert tiny = new TinyExpert("qwen2")) {
      // Few tensors, so that there are few partitions.
      List<String> moved =
          List.of(
              "model.layers.1.self_attn.k_proj.weight",
              "model.layers.1.self_attn.k_proj.bias",
              "model.norm.weight");
      Weights whole = tiny.base();
      Weights base =
          new Weights() {
            @Override
            public String name() {
              return whole.name();
            }

            @Override
            public Collection<String> names() {
              return moved;
            }

            @Override
            public Optional<Weight> find(String tensor) {
              return whole
                  .find(tensor)
                  .filter(
                      _ ->
                          moved.contains(tensor)
                              && (level != Level.ELEMENT || !tensor.endsWith("proj.weight")));
            }
          };
      Expert expert =
          new Expert(
              new FineTuned(base, whole.mapped((_, weight) -> new TinyExpert.Moved(weight, 0.2))),
              tiny.expert(0).config());
      List<Example> one = List.of(tiny.examples().getFirst());
      ImportanceSettings restoration =
          settings(level, Estimator.RESTORATION, Point.BASE, Aggregate.MAGNITUDE);
      Scores scores = scores(expert, restoration, one);
      Expert clean =
          new Expert(
              new FineTuned(expert.weights().at(0), expert.weights().at(1)), expert.config());
      Random random = new Random(1);
      Map<String, Map<String, Partitioning>> byKey = new LinkedHashMap<>();
      for (String tensor : scores.partitions().tensors()) {
        Partitioning partitioning = scores.partitions().of(tensor).orElseThrow();
        byKey
            .computeIfAbsent(partitioning.key(), _ -> new LinkedHashMap<>())
            .put(tensor, partitioning);
      }
      List<String> checked = new ArrayList<>();
      byKey.forEach(
          (key, tensors) -> {
            float[] values = scores.importance().get(key);
            int partition = random.nextInt(values.length);
            double effect =
                scores.baseLosses()[0] - loss(clean, tensors, partition, 1, one.getFirst());
            assertEquals(Math.abs(effect), values[partition], 1e-5, key);
            checked.add(key);
          });
      assertTrue(!checked.isEmpty());
      Scores again = scores(expert, restoration, one);
      scores.importance().forEach((n, v) -> assertArrayEquals(v, again.importance().get(n), n));
    }
  }

  @Test
  void theMeanOfAblationAndRestorationIsNearTheGradientHalfWay() {
    try (TinyExpert tiny = new TinyExpert("llama")) {
      Expert expert = tiny.expert(SCALE / 4);
      var signed = new HashMap<Estimator, Map<String, double[]>>();
      for (Estimator estimator : Estimator.values()) {
        signed.put(
            estimator,
            scores(
                    expert,
                    settings(Level.MODULE, estimator, Point.MIDPOINT, Aggregate.MEAN),
                    tiny.examples())
                .signed());
      }
      signed
          .get(Estimator.GRADIENT)
          .forEach(
              (group, scores) -> {
                for (int e = 0; e < scores.length; e++) {
                  double exact =
                      (signed.get(Estimator.ABLATION).get(group)[e]
                              + signed.get(Estimator.RESTORATION).get(group)[e])
                          / 2;
                  assertEquals(exact, scores[e], 3e-5 + 0.05 * Math.abs(exact), group);
                }
              });
    }
  }
}
