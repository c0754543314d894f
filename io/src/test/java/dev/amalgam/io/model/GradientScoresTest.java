package dev.amalgam.io.model;

import static dev.amalgam.io.model.ImportanceRuns.gradient;
import static dev.amalgam.io.model.ImportanceRuns.loss;
import static dev.amalgam.io.model.ImportanceRuns.scores;
import static dev.amalgam.io.model.ImportanceRuns.settings;
import static dev.amalgam.io.model.ImportanceRuns.signed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.importance.Partitions;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.layer.Example;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of scores by gradients whatever the model and its delta. */
class GradientScoresTest {

  private static final double SCALE = 0.02;

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
        ImportanceRuns.Scores finer = scores(expert, gradient(level), examples);
        assertEquals(tensors.keySet(), finer.signed().keySet());
        finer
            .signed()
            .forEach((tensor, values) -> assertArrayEquals(tensors.get(tensor), values, 2e-6));
      }
    }
  }

  private static double slope(
      Expert expert, Map<String, Partitioning> tensors, long partition, double step, Example x) {
    return (loss(expert, tensors, partition, step, x) - loss(expert, tensors, partition, -step, x))
        / (2 * step);
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
        ImportanceRuns.Scores scores =
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
}
