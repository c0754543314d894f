package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.job.api.MergeSettings;
import dev.amalgam.job.api.ScoringSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole merges by importance, and recipes that are refused. */
class AplMergeTest {

  private static final Path FAMILY = Path.of("../examples/tiny-llama").toAbsolutePath().normalize();
  private static final String FIXED = "lambda: 0.5, select: importance, rescale: none, tau2: 0.5";

  @TempDir Path root;

  private static MergeSettings settings(int threads) {
    return new MergeSettings(42, threads, "safetensors", 1_000_000_000, true, false, false);
  }

  private static String examples(String expert) {
    return "examples: " + FAMILY.resolve("data").resolve(expert + ".fewshot.jsonl");
  }

  private Path recipe(String ofMath, String parameters) throws IOException {
    return Files.writeString(
        root.resolve("recipe.yml"),
        """
        merge_method: apl
        base_model: %1$s/base
        models:
          - model: %1$s/math
            parameters: {%2$s}
          - model: %1$s/java
            parameters: {%3$s}
        parameters: {repair: false, density: 0.2, examples_limit: 2, max_length: 32, %4$s}
        """
            .formatted(FAMILY, ofMath, examples("java"), parameters));
  }

  private static List<String> merge(Path recipe, Path out, int threads) {
    try (MergeJob job = MergeJob.prepare(recipe, out, settings(threads))) {
      job.run(ProgressListener.NONE);
      return job.choices();
    }
  }

  private String refused(Path recipe) {
    Path out = root.resolve("out");
    String message =
        assertThrows(
                AmalgamException.class, () -> MergeJob.prepare(recipe, out, settings(1)).close())
            .getMessage();
    assertEquals(1, message.lines().count(), message);
    assertFalse(Files.exists(out));
    return message;
  }

  private void assertRefused(String ofMath, String parameters, String problem) throws IOException {
    String message = refused(recipe(ofMath, parameters));
    assertTrue(message.contains(problem), message);
    assertTrue(message.startsWith(root.resolve("recipe.yml") + ": "), message);
  }

  private static Map<String, Object> times(Path folder) throws IOException {
    Map<String, Object> times = new TreeMap<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        times.put(file.toString(), Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "lambda: 0.5, select: importance, rescale: none, tau2: 0.5; 0",
        "lambda: 0.5, select: sample, rescale: capped, tau2: 1, interference: true; 0",
        "level: row, lambda: 1, select: magnitude, rescale: inverse, tau2: .inf; 0",
        "max_length: 12, tau2: 1; 4"
      })
  void theBytesAreTheSameAgainOnAnyThreadsAndScoresAreKept(String parameters, int lines)
      throws IOException {
    Path recipe = recipe(examples("math"), parameters);
    if (parameters.startsWith("max_length")) {
      Files.writeString(recipe, Files.readString(recipe).replace("max_length: 32, ", ""));
    }
    Path out = root.resolve("out");
    List<String> choices = merge(recipe, out, 1);
    assertEquals(lines, choices.size(), choices::toString);
    Map<String, String> digests = MergeFixture.digests(out);
    Path kept = root.resolve("out.evidence");
    Map<String, Object> times = times(kept);
    assertEquals(parameters.contains("interference") ? 4 : 2, times.size());
    assertEquals(choices, merge(recipe, out, 2));
    assertEquals(digests, MergeFixture.digests(out));
    assertEquals(times, times(kept));
  }

  @Test
  void masksOfMergekitAreRefused() throws IOException {
    Path recipe = recipe(examples("math"), "lambda: 1");
    Files.writeString(recipe, Files.readString(recipe) + "random_compatibility: mergekit\n");
    String message = refused(recipe);
    assertTrue(message.contains("random_compatibility is mergekit"), message);
  }

  private Path sidecar(Path expert, Level level, boolean magnitude) {
    Path file = root.resolve(expert.getFileName() + "." + level.word() + ".safetensors");
    ImportanceSettings importance =
        new ImportanceSettings(level, Estimator.GRADIENT, Point.BASE, 1, Aggregate.MAGNITUDE, 0);
    var settings =
        new ScoringSettings(
            importance,
            magnitude,
            2,
            OptionalInt.of(16),
            OptionalLong.empty(),
            ScoringSettings.BATCH_TOKENS,
            DType.F32,
            1);
    Path data = FAMILY.resolve("data").resolve(expert.getFileName() + ".fewshot.jsonl");
    try (ImportanceJob job =
        ImportanceJob.prepare(expert, FAMILY.resolve("base"), data, settings)) {
      job.run(file, ProgressListener.NONE);
    }
    return file;
  }

  @Test
  void scoresOfAnotherModelAreRefused() throws IOException {
    Path ofJava = sidecar(FAMILY.resolve("java"), Level.TENSOR, false);
    Path recipe =
        recipe(
            "importance: " + ofJava,
            "level: tensor, lambda: 1, select: random, rescale: none, tau2: .inf");
    String message =
        assertThrows(AmalgamException.class, () -> merge(recipe, root.resolve("out"), 1))
            .getMessage();
    assertTrue(message.startsWith("'" + ofJava + "' holds scores of another model"), message);
    assertFalse(Files.exists(root.resolve("out")));
  }

  @Test
  void scoresOfAnotherLevelAreRefused() throws IOException {
    Path ofTensors = sidecar(FAMILY.resolve("math"), Level.TENSOR, false);
    assertRefused(
        "importance: " + ofTensors,
        "level: row, lambda: 1, select: random, rescale: none, tau2: .inf",
        "holds scores of level tensor, and this recipe needs row");
    assertRefused(
        "importance: " + ofTensors,
        FIXED,
        "holds scores of level tensor, and this recipe needs element");
    Path ofElements = sidecar(FAMILY.resolve("math"), Level.ELEMENT, true);
    assertRefused(
        "importance: " + ofElements, FIXED, "holds scores that are multiplied by magnitudes");
    Files.delete(ofElements);
    Path finer = sidecar(FAMILY.resolve("math"), Level.ELEMENT, false);
    assertRefused(
        "importance: " + finer + ", " + examples("math"),
        "level: row, lambda: 1, select: random, rescale: none, tau2: .inf, interference: true",
        "holds scores of level element, and interference is worked out at level row");
    assertRefused(
        "importance: " + finer,
        "interference: true, " + FIXED,
        "interference is what a delta does to the other tasks; add 'examples: FILE'");
  }

  @Test
  void givenScoresDoWhatTheExamplesDo() throws IOException {
    Path given = sidecar(FAMILY.resolve("math"), Level.ELEMENT, false);
    Path worked = root.resolve("worked");
    Path read = root.resolve("read");
    merge(shorter(recipe(examples("math"), FIXED)), worked, 1);
    merge(shorter(recipe("importance: " + given, FIXED)), read, 1);
    assertEquals(
        MergeFixture.sha256(worked.resolve("model.safetensors")),
        MergeFixture.sha256(read.resolve("model.safetensors")));
  }

  @Test
  void scoresInTheFolderThatIsToBeReplacedAreNotRemoved() throws IOException {
    Path out = Files.createDirectory(root.resolve("out"));
    Path given = out.resolve("scores.safetensors");
    Files.move(sidecar(FAMILY.resolve("math"), Level.ELEMENT, false), given);
    Path recipe = recipe("importance: " + given, FIXED);
    String message = assertThrows(AmalgamException.class, () -> merge(recipe, out, 1)).getMessage();
    assertTrue(message.contains("because this merge reads " + given), message);
    assertTrue(Files.exists(given));
  }

  private static Path shorter(Path recipe) throws IOException {
    return Files.writeString(
        recipe, Files.readString(recipe).replace("max_length: 32", "max_length: 16"));
  }

  @Test
  void whatARecipeMustSay() throws IOException {
    assertRefused("", FIXED, "needs to know what matters; add 'examples: FILE'");
    assertRefused("examples: nowhere.jsonl", FIXED, "examples 'nowhere.jsonl': there is no such");
    assertRefused("importance: nowhere", FIXED, "importance 'nowhere': there is no such file");
    assertRefused("importance: " + FAMILY, FIXED, "there is no such file");
    assertRefused("importance: \"a\\0b\"", FIXED, "there is no such file");
    assertRefused("examples: 3", FIXED, "examples is 3.0; it takes a text");
    assertRefused("importance: 0.5", FIXED, "importance is 0.5; it takes a text");
    String auto = "lambda: auto, select: random, rescale: none, tau2: 1";
    Path any = sidecar(FAMILY.resolve("math"), Level.ELEMENT, false);
    assertRefused("importance: " + any, auto, "lambda is auto, and is chosen by examples;");
    assertRefused("importance: " + any, "level: row", "lambda, rescale, select, tau2 is auto, and");
    Path one = Files.writeString(root.resolve("one.jsonl"), "{\"text\": \"a b c\"}\n");
    assertRefused(
        "examples: " + one,
        auto,
        "holds too few examples: lambda is auto, and is chosen by examples that");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "level; [{filter: mlp, value: row}, {value: element}]",
        "tau1; [0.1, 0.2]",
        "lambda; [{filter: mlp, value: auto}, {value: 1}]",
        "select; [{filter: mlp, value: auto}, {value: random}]",
        "aggregate; [{filter: mlp, value: mean}]",
        "estimator; [{filter: mlp, value: ablation}]",
        "max_length; [{filter: mlp, value: 7}]"
      })
  void settingsThatDifferFromTensorToTensorAreRefused(String name, String value)
      throws IOException {
    Path recipe = recipe(examples("math"), name + ": " + value);
    Files.writeString(
        recipe,
        Files.readString(recipe)
            .replace(name.equals("max_length") ? "max_length: 32, " : "nothing", ""));
    String message = refused(recipe);
    assertTrue(message.contains("so " + name + " cannot differ from tensor to tensor"), message);
  }

  @Test
  void filesThatDifferFromTensorToTensorAreRefused() throws IOException {
    String file = examples("math").substring("examples: ".length());
    assertRefused(
        "examples: [{filter: mlp, value: " + file + "}, {value: other}]",
        FIXED,
        "so examples cannot differ from tensor to tensor");
  }
}
