package dev.amalgam.io.model;

import static dev.amalgam.io.model.ImportanceRuns.loss;
import static dev.amalgam.io.model.ImportanceRuns.scores;
import static dev.amalgam.io.model.ImportanceRuns.settings;
import static dev.amalgam.io.model.ImportanceRuns.signed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds of scores by interventions whatever the model and its delta. */
class InterventionScoresTest {

  private static final double SCALE = 0.02;

  @ParameterizedTest
  @EnumSource(
      value = Estimator.class,
      names = {"ABLATION", "RESTORATION"})
  void interventionsOnTheWholeAreTheTotalEffect(Estimator estimator) {
    List<String> names = List.of("llama3-tied", "../hf-heads/llama-head-copied", "bert-classifier");
    for (String name : names) {
      try (TinyExpert tiny = new TinyExpert(name)) {
        ImportanceRuns.Scores scores =
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
      ImportanceRuns.Scores scores = scores(expert, restoration, one);
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
      ImportanceRuns.Scores again = scores(expert, restoration, one);
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
