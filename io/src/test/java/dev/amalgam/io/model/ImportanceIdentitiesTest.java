package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.Importance;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What estimates of importance are to each other. Of a loss that is linear along the delta, the
 * gradient gives what interventions give; of a quadratic one, the gradient half-way gives their
 * mean. No model has such a loss, but any has more and more of one as the delta shrinks: half the
 * delta leaves a quarter of the first error, and an eighth of the second.
 */
class ImportanceIdentitiesTest {

  private static final double SCALE = 0.02;

  private static Map<String, double[]> effects(
      Expert expert, TinyExpert tiny, Estimator estimator, Point point) {
    var settings =
        new ImportanceSettings(Level.MODULE, estimator, point, 1, Aggregate.MEAN, 1L << 30);
    try (Engine engine = new Engine(2, Kernels.get());
        Arena arena = Arena.ofShared()) {
      return Importance.of(
              expert,
              settings,
              Importance.batches(tiny.examples(), true, settings, 1 << 20),
              engine,
              arena,
              _ -> {})
          .exampleScores();
    }
  }

  /** Returns the root of the sum of squares of differences. */
  private static double distance(Map<String, double[]> some, Map<String, double[]> others) {
    double squares = 0;
    for (String group : some.keySet()) {
      for (int e = 0; e < some.get(group).length; e++) {
        squares += Math.pow(some.get(group)[e] - others.get(group)[e], 2);
      }
    }
    return Math.sqrt(squares);
  }

  private static Map<String, double[]> mean(
      Map<String, double[]> some, Map<String, double[]> more) {
    Map<String, double[]> mean = new HashMap<>();
    some.forEach(
        (group, values) -> {
          double[] middle = new double[values.length];
          for (int e = 0; e < middle.length; e++) {
            middle[e] = (values[e] + more.get(group)[e]) / 2;
          }
          mean.put(group, middle);
        });
    return mean;
  }

  private record Errors(double atBase, double atExpert, double halfWay) {}

  private static Errors errors(TinyExpert tiny, double scale) {
    Expert expert = tiny.expert(scale);
    var ablation = effects(expert, tiny, Estimator.ABLATION, Point.EXPERT);
    var restoration = effects(expert, tiny, Estimator.RESTORATION, Point.BASE);
    return new Errors(
        distance(restoration, effects(expert, tiny, Estimator.GRADIENT, Point.BASE)),
        distance(ablation, effects(expert, tiny, Estimator.GRADIENT, Point.EXPERT)),
        distance(
            mean(ablation, restoration),
            effects(expert, tiny, Estimator.GRADIENT, Point.MIDPOINT)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "bert-classifier"})
  void gradientsAreInterventionsOfLinearLossesAndHalfWayOfQuadraticOnes(String name) {
    try (TinyExpert tiny = new TinyExpert(name)) {
      Errors whole = errors(tiny, SCALE);
      Errors half = errors(tiny, SCALE / 2);

      assertEquals(4, whole.atBase() / half.atBase(), 1.3);
      assertEquals(4, whole.atExpert() / half.atExpert(), 1.3);
      assertTrue(whole.halfWay() / half.halfWay() > 6, whole + " " + half);
    }
  }

  @Test
  void theOrderOfTensorsDoesNotMatter() {
    try (TinyExpert tiny = new TinyExpert("llama3-tied")) {
      Expert expert = tiny.expert(SCALE);
      FineTuned weights = expert.weights();
      Expert reversed =
          new Expert(
              new FineTuned(new Reversed(weights.base()), new Reversed(weights.expert())),
              expert.config());
      for (Estimator estimator : Estimator.values()) {
        var effects = effects(expert, tiny, estimator, Point.BASE);
        var others = effects(reversed, tiny, estimator, Point.BASE);
        assertEquals(effects.keySet(), others.keySet());
        effects.forEach((group, values) -> assertArrayEquals(values, others.get(group), group));
      }
    }
  }

  /** Weights that list their names backwards. */
  private record Reversed(Weights weights) implements Weights {
    @Override
    public String name() {
      return weights.name();
    }

    @Override
    public Collection<String> names() {
      return List.copyOf(new ArrayList<>(weights.names()).reversed());
    }

    @Override
    public Optional<Weight> find(String tensor) {
      return weights.find(tensor);
    }
  }
}
