package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What experts' deltas do to each other's examples, and how often those run through a model. */
class AplInterferenceTest {

  private static final Path FAMILY = Path.of("../examples/tiny-llama").toAbsolutePath().normalize();
  private static final List<String> EXPERTS = List.of("math", "java", "shakespeare");
  private static final int TOKENS = 2 * 16;

  @TempDir Path root;

  /** Writes down how many tokens were to pass, and passed, whenever something was scored. */
  private static final class Passes implements ProgressListener {
    final List<Long> due = Collections.synchronizedList(new ArrayList<>());
    final List<Long> done = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean scoring;

    @Override
    public void started(String phase, long total) {
      scoring = phase.equals("scoring");
      if (scoring) {
        due.add(total / TOKENS);
        done.add(0L);
      }
    }

    @Override
    public void advanced(long passed) {
      if (scoring) {
        done.set(done.size() - 1, done.getLast() + passed);
      }
    }

    List<Long> passes() {
      assertEquals(due, done.stream().map(tokens -> tokens / TOKENS).toList());
      return due;
    }
  }

  private static Path data(String expert) {
    return FAMILY.resolve("data").resolve(expert + ".fewshot.jsonl");
  }

  private Path recipe(String parameters) throws IOException {
    StringBuilder models = new StringBuilder();
    for (String expert : EXPERTS) {
      models.append(
          "  - {model: %s/%s, parameters: {examples: %s}}\n"
              .formatted(FAMILY, expert, data(expert)));
    }
    return Files.writeString(
        root.resolve("recipe.yml"),
        """
        merge_method: apl
        base_model: %s/base
        models:
        %sparameters:
          {repair: false, density: 0.2, examples_limit: 2, max_length: 16, lambda: 0.5, rescale: none, tau2: 0.5,
           interference: true, %s}
        """
            .formatted(FAMILY, models, parameters));
  }

  private List<Long> merge(Path recipe) {
    Passes passes = new Passes();
    var settings = new MergeSettings(42, 2, "safetensors", 1_000_000_000, true, false, false);
    try (MergeJob job = MergeJob.prepare(recipe, root.resolve("out"), settings)) {
      job.run(passes);
    }
    return passes.passes();
  }

  private static ScoringSettings settings(Level level) {
    return new ScoringSettings(
        new ImportanceSettings(
            level, Estimator.GRADIENT, Point.BASE, 1, Aggregate.MAGNITUDE, 1 << 30),
        false,
        2,
        OptionalInt.of(16),
        OptionalLong.empty(),
        ScoringSettings.BATCH_TOKENS,
        DType.F32,
        1);
  }

  private Path alone(String expert, String task, ScoringSettings settings) {
    Path file = root.resolve(expert + ".on." + task);
    Path base = FAMILY.resolve("base");
    try (ImportanceJob job =
        ImportanceJob.prepare(FAMILY.resolve(expert), base, data(task), settings)) {
      job.run(file, ProgressListener.NONE);
    }
    return file;
  }

  private Map<String, Path> kept() throws IOException {
    Map<String, Path> byDigest = new HashMap<>();
    try (Stream<Path> files = Files.list(root.resolve("out.evidence"))) {
      files.forEach(file -> byDigest.put(MergeFixture.sha256(file), file));
    }
    return byDigest;
  }

  @ParameterizedTest
  @CsvSource({"row, magnitude", "element, importance", "module, random"})
  void scoresMadeTogetherAreThoseMadeAlone(String level, String select) throws IOException {
    Path recipe = recipe("level: %s, select: %s".formatted(level, select));
    // Forward and backward through the base for all, and forward through each expert.
    assertEquals(List.of(5L, 5L, 5L), merge(recipe));
    Map<String, Path> together = kept();
    ScoringSettings settings = settings(Level.of(level).orElseThrow());
    Map<String, Path> alone = new HashMap<>();
    for (String expert : EXPERTS) {
      for (String task : EXPERTS) {
        Path file = alone(expert, task, settings);
        alone.put(MergeFixture.sha256(file), file);
      }
    }
    assertEquals(9, alone.size());
    assertEquals(alone.keySet(), together.keySet());

    assertEquals(List.of(), merge(recipe));
    Files.delete(together.get(MergeFixture.sha256(root.resolve("java.on.math"))));
    assertEquals(List.of(3L), merge(recipe));
    assertEquals(together, kept());
  }

  @Test
  void whereGradientsDifferEachIsScoredByItself() throws IOException {
    List<Long> passes = merge(recipe("level: layer, select: random, point: expert"));
    assertEquals(Collections.nCopies(9, 3L), passes);
    assertEquals(9, kept().size());
  }

  @Test
  void oneModelTwiceIsScoredOnce() throws IOException {
    Path recipe = recipe("level: layer, select: random");
    Path copy = root.resolve("copy");
    copy(FAMILY.resolve("math"), copy);
    Files.writeString(
        recipe, Files.readString(recipe).replace(FAMILY.resolve("java").toString(), copy + ""));
    assertEquals(List.of(4L, 4L, 4L), merge(recipe));
    assertEquals(6, kept().size());
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
