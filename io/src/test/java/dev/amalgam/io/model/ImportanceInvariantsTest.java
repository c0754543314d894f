package dev.amalgam.io.model;

import static dev.amalgam.io.model.ImportanceRuns.MANY_TOKENS;
import static dev.amalgam.io.model.ImportanceRuns.gradient;
import static dev.amalgam.io.model.ImportanceRuns.scores;
import static dev.amalgam.io.model.ImportanceRuns.settings;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weight;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What leaves importance as it is, or moves it along, whatever the model and its delta. */
class ImportanceInvariantsTest {

  private static final double SCALE = 0.02;

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
      ImportanceRuns.Scores scores = scores(expert, gradient(level), tiny.examples());
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
    "../hf-dense/apertus, ROW",
    "../hf-dense/falcon-new-architecture, COLUMN",
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
        ImportanceRuns.Scores due = scores(expert, settings, tiny.examples(), 1, MANY_TOKENS);
        for (int threads = 1; threads <= 3; threads++) {
          ImportanceRuns.Scores actual =
              scores(expert, settings, tiny.examples(), threads, threads == 2 ? 20 : 1);
          due.importance().forEach((n, v) -> assertArrayEquals(v, actual.importance().get(n), n));
          due.signed().forEach((n, v) -> assertArrayEquals(v, actual.signed().get(n), n));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama3-tied, ROW",
    "llama3-tied, ELEMENT",
    "gpt2, COLUMN",
    "bert-classifier, ROW",
    "bert-classifier, ELEMENT"
  })
  void deltasScoredTogetherAreAsEachAlone(String name, Level level) {
    try (TinyExpert tiny = new TinyExpert(name)) {
      Expert task = tiny.expert(SCALE);
      List<Expert> experts =
          Stream.of(2 * SCALE, SCALE, 0.0).map(scale -> tiny.expert(scale).on(task)).toList();
      for (Aggregate aggregate : Aggregate.values()) {
        ImportanceSettings settings = settings(level, Estimator.GRADIENT, Point.BASE, aggregate);
        List<ImportanceRuns.Scores> together = scores(experts, settings, tiny.examples(), 2, 20);
        for (int e = 0; e < experts.size(); e++) {
          ImportanceRuns.Scores actual = together.get(e);
          ImportanceRuns.Scores due = scores(experts.get(e), settings, tiny.examples());
          due.importance().forEach((n, v) -> assertArrayEquals(v, actual.importance().get(n), n));
          due.signed().forEach((n, v) -> assertArrayEquals(v, actual.signed().get(n), n));
          assertArrayEquals(due.baseLosses(), actual.baseLosses());
          assertArrayEquals(due.expertLosses(), actual.expertLosses());
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
        ImportanceRuns.Scores there = scores(expert, settings, tiny.examples());
        ImportanceRuns.Scores back = scores(expert, settings, tiny.examples().reversed());
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
}
