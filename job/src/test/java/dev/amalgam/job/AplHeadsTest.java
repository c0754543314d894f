package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Point;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.importance.Sidecar;
import dev.amalgam.job.api.MergeSettings;
import dev.amalgam.job.api.ScoringSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What deltas of classifiers do to each other's examples: the loss of a task is that of its own
 * head, config and tokenizer. The expert x has three classes; y has two, and numbers words in
 * another way.
 */
class AplHeadsTest {

  private static final Path BERT = Path.of("../io/src/test/resources/hf/bert-classifier");

  @TempDir Path root;

  @BeforeEach
  void makeModels() throws IOException {
    classifier("base", 0, "base", "");
    classifier("x", 3, "x", "x");
    classifier("y", 2, "y", "y");
    Files.writeString(
        root.resolve("x.jsonl"),
        """
        {"text": "one two three", "label": 2}
        {"text": "two one", "label": 0}
        """);
    Files.writeString(
        root.resolve("y.jsonl"),
        """
        {"text": "three", "label": 1}
        {"text": "one one two", "label": 0}
        """);
  }

  /**
   * Writes a model like the fixture's.
   *
   * @param classes how many its config has, and its head if it has one
   * @param body whose entries it has
   * @param head whose entries its head has; blank for no head
   */
  private void classifier(String name, int classes, String body, String head) throws IOException {
    SmallModel model = new SmallModel(root.resolve(name), "bert");
    String labels = "\"0\": \"a\", \"1\": \"b\"" + (classes == 3 ? ", \"2\": \"c\"" : "");
    model.config(
        Files.readString(BERT.resolve("config.json"))
            .replaceFirst("(?s)\"id2label\": \\{[^}]*}", "\"id2label\": {" + labels + "}")
            .replaceFirst("(?s)\"label2id\": \\{[^}]*},", ""));
    WordTokenizer.write(root.resolve(name).resolve("tokenizer.json"));
    WholeFile fixture = WholeFile.read(BERT.resolve("model.safetensors"));
    fixture
        .shapes()
        .forEach(
            (tensor, shape) -> {
              boolean ofHead = tensor.startsWith("classifier.");
              if (ofHead && head.isEmpty()) {
                return;
              }
              Random random = new Random((ofHead ? head : body).hashCode());
              int columns = shape.rank() == 1 ? 0 : (int) shape.rowLength();
              float[] elements = fixture.floats(tensor);
              if (ofHead) {
                elements = Arrays.copyOf(elements, classes * Math.max(1, columns));
              }
              for (int i = 0; i < elements.length; i++) {
                elements[i] += (float) (0.02 * random.nextGaussian());
              }
              model.tensor(tensor, columns, elements);
            });
    model.write();
  }

  private List<Path> merge(String parameters) throws IOException {
    Path recipe =
        Files.writeString(
            root.resolve("recipe.yml"),
            """
            merge_method: apl
            base_model: base
            heads: none
            models:
              - {model: x, parameters: {examples: x.jsonl}}
              - {model: y, parameters: {examples: y.jsonl}}
            parameters:
              {repair: false, density: 0.2, lambda: 0.5, rescale: none, tau2: 0.5, interference: true, %s}
            """
                .formatted(parameters));
    var settings = new MergeSettings(1, 1, "safetensors", 1_000_000_000, true, false, false);
    try (MergeJob job = MergeJob.prepare(recipe, root.resolve("out"), settings)) {
      job.run(ProgressListener.NONE);
    }
    try (Stream<Path> files = Files.list(root.resolve("out.evidence"))) {
      return files.toList();
    }
  }

  private Path kept(List<Path> files, String delta, String task) {
    String ofDelta = MergeFixture.sha256(root.resolve(delta).resolve("model.safetensors"));
    String ofTask = MergeFixture.sha256(root.resolve(task + ".jsonl"));
    List<Path> found =
        files.stream()
            .filter(
                file -> {
                  try (Sidecar sidecar = Sidecar.open(file)) {
                    return sidecar.metadata().expertHash().equals(ofDelta)
                        && sidecar.metadata().dataHash().equals(ofTask);
                  }
                })
            .toList();
    assertEquals(1, found.size());
    return found.getFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "row, gradient, base",
    "element, gradient, base",
    "row, gradient, expert",
    "layer, ablation, base"
  })
  void theLossOfATaskIsThatOfItsHead(String level, String estimator, String point)
      throws IOException {
    List<Path> files =
        merge(
            "level: %s, estimator: %s, point: %s, select: %s"
                .formatted(
                    level, estimator, point, level.equals("element") ? "importance" : "random"));
    assertEquals(4, files.size());
    classifier("y-for-x", 3, "y", "x");
    classifier("x-for-y", 2, "x", "y");
    var settings =
        ScoringSettings.defaults()
            .withThreads(1)
            .with(
                new ImportanceSettings(
                    Level.of(level).orElseThrow(),
                    Estimator.valueOf(estimator.toUpperCase(Locale.ROOT)),
                    Point.valueOf(point.toUpperCase(Locale.ROOT)),
                    1,
                    Aggregate.MAGNITUDE,
                    0));
    for (String delta : List.of("x", "y")) {
      for (String task : List.of("x", "y")) {
        String model = delta.equals(task) ? delta : delta + "-for-" + task;
        Path alone = root.resolve(model + ".safetensors");
        try (ImportanceJob job =
            ImportanceJob.prepare(
                root.resolve(model),
                root.resolve("base"),
                root.resolve(task + ".jsonl"),
                settings)) {
          job.run(alone, ProgressListener.NONE);
        }
        WholeFile due = WholeFile.read(alone);
        WholeFile actual = WholeFile.read(kept(files, delta, task));
        assertEquals(due.shapes(), actual.shapes());
        due.bytes()
            .forEach((name, bytes) -> assertArrayEquals(bytes, actual.bytes().get(name), name));
      }
    }
  }

  @Test
  void withAnotherHeadATaskIsScoredAnew() throws IOException {
    String parameters = "level: layer, select: random";
    List<Path> before = merge(parameters);
    classifier("x", 3, "x", "another");
    List<Path> after = merge(parameters);
    // Only what y does to its own examples is known: x is another expert, and another task.
    assertEquals(7, after.size());
    assertTrue(after.containsAll(before));
  }
}
