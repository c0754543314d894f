package dev.amalgam.io.model;

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
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelFamilies;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.model.ModelSource;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Scores of small models in arrays, for tests. */
final class ImportanceRuns {

  /** More than any example has. */
  static final int MANY_TOKENS = 1 << 20;

  private ImportanceRuns() {}

  static ImportanceSettings settings(
      Level level, Estimator estimator, Point point, Aggregate aggregate) {
    return settings(level, estimator, point, aggregate, 1);
  }

  static ImportanceSettings settings(
      Level level, Estimator estimator, Point point, Aggregate aggregate, int steps) {
    return new ImportanceSettings(level, estimator, point, steps, aggregate, 0);
  }

  static ImportanceSettings gradient(Level level) {
    return settings(level, Estimator.GRADIENT, Point.BASE, Aggregate.MAGNITUDE);
  }

  /** Importance in arrays by name, and the signed scores of names by example. */
  record Scores(
      Map<String, float[]> importance,
      Map<String, double[]> signed,
      Partitions partitions,
      double[] baseLosses,
      double[] expertLosses) {}

  static Scores scores(
      Expert expert, ImportanceSettings settings, List<Example> examples, int threads, int tokens) {
    return scores(List.of(expert), settings, examples, threads, tokens).getFirst();
  }

  static List<Scores> scores(
      List<Expert> experts,
      ImportanceSettings settings,
      List<Example> examples,
      int threads,
      int tokens) {
    try (Engine engine = new Engine(threads, Kernels.get());
        Arena arena = Arena.ofShared()) {
      List<Batch> batches = Importance.batches(examples, true, settings, tokens);
      Model teacher = experts.getFirst().at(1);
      return Importance.of(experts, teacher, settings, batches, engine, arena, _ -> {}).stream()
          .map(ImportanceRuns::inArrays)
          .toList();
    }
  }

  private static Scores inArrays(ImportanceScores scores) {
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

  static Scores scores(Expert expert, ImportanceSettings settings, List<Example> examples) {
    return scores(expert, settings, examples, 2, MANY_TOKENS);
  }

  /**
   * Returns the signed scores of partitions for one example, which importance shows in two ways.
   */
  static Map<String, double[]> signed(Expert expert, Level level, Example example) {
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

  /** The loss of one example of the base with part of a partition's delta. */
  static double loss(
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
}
