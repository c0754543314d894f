package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.evidence.TaskLoss;
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
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weights;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.io.config.ConfigFile;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Importance on examples without labels equals what PyTorch gave, with the expert as teacher. */
class UnlabelledFixtureTest {

  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final double SCORE_BOUND = 1e-4;
  private static final double EFFECT_BOUND = 1e-5;

  private static List<Example> examples(Tensors due, boolean classes) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < due.infos().get("ids").shape().dimension(0); i++) {
      int[] ids = Arrays.stream(due.row("ids", i)).filter(id -> id >= 0).toArray();
      examples.add(classes ? Example.ofClass(ids, Example.IGNORED) : Example.unlabelled(ids));
    }
    return examples;
  }

  private interface Run {
    void with(Expert expert, List<Example> examples, Engine engine, Arena arena);
  }

  private static void run(String folder, Tensors due, Run run) {
    Path model = RESOURCES.resolve(folder);
    try (CheckpointFolder checkpoint = CheckpointFolder.open(model);
        Engine engine = new Engine(2, Kernels.get());
        Arena arena = Arena.ofShared()) {
      Weights base = new CheckpointWeights(checkpoint);
      Weights moved = base.mapped((_, weight) -> new HashedDelta(weight, 1));
      Expert expert =
          new Expert(
              new FineTuned(base, moved), ConfigFile.read(model.resolve("config.json")).values());
      run.with(expert, examples(due, folder.endsWith("classifier")), engine, arena);
    }
  }

  private static Tensors due(String folder) {
    return Tensors.read(
        RESOURCES.resolve("unlabelled").resolve(Path.of(folder).getFileName() + ".safetensors"));
  }

  private static ImportanceScores scores(
      Expert expert,
      List<Example> examples,
      Level level,
      Estimator estimator,
      Engine engine,
      Arena arena) {
    var settings =
        new ImportanceSettings(level, estimator, Point.BASE, 1, Aggregate.MAGNITUDE, 1 << 20);
    List<Batch> batches = Importance.batches(examples, false, settings, 1 << 20);
    return Importance.of(expert, settings, batches, engine, arena, _ -> {});
  }

  @ParameterizedTest
  @CsvSource({
    "embedders/bert-switches, ROW",
    "embedders/bert-switches, COLUMN",
    "embedders/bert-switches, TENSOR",
    "embedders/bert-switches, ELEMENT",
    "hf/llama, ROW",
    "hf/llama, ELEMENT",
    "hf/bert-classifier, ROW",
    "hf/bert-classifier, ELEMENT"
  })
  void gradientScoresEqualAutograd(String folder, Level level) {
    Tensors tensors = due(folder);
    Map<String, float[]> expected = tensors.floats();
    run(
        folder,
        tensors,
        (expert, examples, engine, arena) -> {
          ImportanceScores scores =
              scores(expert, examples, level, Estimator.GRADIENT, engine, arena);
          double[] losses = scores.losses().base();
          for (int i = 0; i < losses.length; i++) {
            assertEquals(expected.get("base_loss")[i], losses[i], 1e-5);
          }
          assertArrayEquals(new double[losses.length], scores.losses().expert());
          double largest =
              expected.keySet().stream()
                  .filter(name -> name.startsWith("signed."))
                  .mapToDouble(name -> largest(expected.get(name)))
                  .max()
                  .orElseThrow();
          scores
              .exampleScores()
              .forEach(
                  (name, actual) -> {
                    float[] signed = expected.get("signed." + name);
                    for (int i = 0; i < signed.length; i++) {
                      assertEquals(signed[i], actual[i], SCORE_BOUND * largest, name);
                    }
                  });
          assertPartitions(expected, scores, level);
        });
  }

  private static void assertPartitions(
      Map<String, float[]> expected, ImportanceScores scores, Level level) {
    String prefix = level.word() + ".";
    int compared = 0;
    for (String name : scores.names()) {
      float[] due = expected.get(prefix + name);
      if (due != null) {
        float[] actual = new float[due.length];
        scores.read(name, 0, due.length, actual);
        for (int i = 0; i < due.length; i++) {
          assertEquals(due[i], actual[i], 10 * SCORE_BOUND * largest(due), prefix + name);
        }
        compared++;
      }
    }
    assertEquals(
        expected.keySet().stream().filter(name -> name.startsWith(prefix)).count(), compared);
    assertTrue(compared > 0 || level == Level.TENSOR);
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  @ParameterizedTest
  @CsvSource({
    "embedders/bert-switches, ABLATION",
    "embedders/bert-switches, RESTORATION",
    "hf/llama, ABLATION",
    "hf/bert-classifier, RESTORATION"
  })
  void interventionsEqualThoseInPyTorch(String folder, Estimator estimator) {
    Tensors tensors = due(folder);
    run(
        folder,
        tensors,
        (expert, examples, engine, arena) -> {
          Map<String, double[]> effects =
              scores(expert, examples, Level.LAYER, estimator, engine, arena).exampleScores();
          for (int layer = 0; layer < 2; layer++) {
            float[] wanted =
                tensors.floats().get(estimator.name().toLowerCase(Locale.ROOT) + "." + layer);
            double[] actual = effects.get("layers." + layer);
            for (int i = 0; i < wanted.length; i++) {
              assertEquals(wanted[i], actual[i], EFFECT_BOUND);
            }
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"hf/llama", "embedders/bert-switches"})
  void theLossOfATaskIsTheDistanceFromItsExpert(String folder) {
    Tensors tensors = due(folder);
    run(
        folder,
        tensors,
        (expert, examples, engine, arena) -> {
          TaskLoss loss = TaskLoss.of(expert, List.of(new Batch(examples)), engine, arena, _ -> {});
          assertEquals(0, loss.expert());
          double sum = 0;
          int count = 0;
          for (int i = 0; i < examples.size(); i++) {
            int targets = examples.get(i).length() - (folder.endsWith("llama") ? 1 : 0);
            sum += targets * tensors.floats().get("base_loss")[i];
            count += targets;
          }
          assertEquals(sum / count, loss.base(), 1e-5);
        });
  }
}
