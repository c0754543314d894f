package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.Importance;
import dev.amalgam.core.importance.ImportanceScores;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Importance equals what PyTorch's autograd and exact interventions gave. */
class ImportanceFixtureTest {

  private static final double SCORE_BOUND = 1e-3;
  private static final double EFFECT_BOUND = 5e-5;

  private final Map<String, float[]> expected =
      Tensors.read(MathExpert.FIXTURE.resolve("math.safetensors")).floats();

  @ParameterizedTest
  @EnumSource(
      value = Level.class,
      names = {"ROW", "COLUMN", "TENSOR", "ELEMENT"})
  void gradientScoresEqualAutograd(Level level) {
    try (MathExpert math = new MathExpert();
        Engine engine = new Engine(2, Kernels.get());
        Arena arena = Arena.ofShared()) {
      List<Batch> batches = MathExpert.batches(16, level == Level.ELEMENT ? 1 : 6);
      ImportanceScores scores = gradient(math.expert(), level, batches, engine, arena);
      assertLosses(scores);
      scores
          .exampleScores()
          .forEach(
              (name, actual) -> {
                float[] signed = expected.get("signed." + name);
                double bound = SCORE_BOUND * largest(signed);
                for (int i = 0; i < signed.length; i++) {
                  assertEquals(-signed[i], actual[i], bound, name + ", example " + i);
                }
              });
      String prefix = level.word() + ".";
      int compared = 0;
      for (String name : scores.names()) {
        float[] due = expected.get(prefix + name);
        if (due != null) {
          float[] actual = new float[due.length];
          scores.read(name, 0, due.length, actual);
          assertClose(due, actual, SCORE_BOUND * largest(due), prefix + name);
          compared++;
        }
      }
      long known = expected.keySet().stream().filter(name -> name.startsWith(prefix)).count();
      assertEquals(known, compared);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Estimator.class,
      names = {"ABLATION", "RESTORATION"})
  void interventionsEqualThoseInPyTorch(Estimator estimator) {
    try (MathExpert math = new MathExpert();
        Engine engine = new Engine(2, Kernels.get())) {
      ImportanceScores scores =
          Importance.of(
              math.expert(),
              settings(estimator, Level.LAYER, 0),
              MathExpert.batches(16, 10),
              engine,
              Arena.ofAuto(),
              _ -> {});
      assertLosses(scores);
      String prefix = estimator.name().toLowerCase(Locale.ROOT) + ".";
      assertEquals(6, scores.exampleScores().size());
      scores
          .exampleScores()
          .forEach(
              (group, actual) -> {
                float[] due = expected.get(prefix + group);
                for (int i = 0; i < due.length; i++) {
                  assertEquals(due[i], actual[i], EFFECT_BOUND, prefix + group);
                }
              });
    }
  }

  @Test
  void keepingStatesChangesNoBit() {
    try (MathExpert math = new MathExpert();
        Engine engine = new Engine(2, Kernels.get());
        Arena arena = Arena.ofShared()) {
      List<Batch> batches = MathExpert.batches(4, 4);
      for (long room : new long[] {1, 12_000_000, Long.MAX_VALUE}) {
        var settings = settings(Estimator.GRADIENT, Level.ROW, room);
        ImportanceScores kept =
            Importance.of(math.expert(), settings, batches, engine, arena, _ -> {});
        ImportanceScores plain = gradient(math.expert(), Level.ROW, batches, engine, arena);
        for (String name : plain.names()) {
          int count = (int) plain.count(name);
          float[] a = new float[count];
          float[] b = new float[count];
          plain.read(name, 0, count, a);
          kept.read(name, 0, count, b);
          assertClose(a, b, 0, name);
        }
      }
    }
  }

  private static ImportanceScores gradient(
      Expert expert, Level level, List<Batch> batches, Engine engine, Arena arena) {
    var settings = settings(Estimator.GRADIENT, level, 0);
    return Importance.of(expert, settings, batches, engine, arena, _ -> {});
  }

  private static ImportanceSettings settings(Estimator estimator, Level level, long room) {
    return new ImportanceSettings(level, estimator, Point.BASE, 1, Aggregate.MAGNITUDE, room);
  }

  private void assertLosses(ImportanceScores scores) {
    for (int i = 0; i < 16; i++) {
      assertEquals(expected.get("base_loss")[i], scores.losses().base()[i], 1e-5);
      assertEquals(expected.get("expert_loss")[i], scores.losses().expert()[i], 1e-5);
    }
  }

  private static void assertClose(float[] due, float[] actual, double bound, String name) {
    for (int i = 0; i < due.length; i++) {
      assertEquals(due[i], actual[i], bound, name + "[" + i + "]");
    }
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
