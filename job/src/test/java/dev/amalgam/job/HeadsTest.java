package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsFile;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import dev.amalgam.job.api.Evaluation;
import dev.amalgam.job.api.MergeSettings;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Task heads, which experts have and their base lacks. */
class HeadsTest {

  private static final Path BERT = Path.of("../io/src/test/resources/hf/bert-classifier");

  @TempDir Path root;
  private Path data;

  @BeforeEach
  void makeModels() throws IOException {
    model("base", false);
    model("expert", true);
    data =
        Files.writeString(
            root.resolve("data.jsonl"),
            """
            {"text": "one two three", "label": 0}
            {"text": "two one", "label": 2}
            {"text": "three two", "label": 1}
            {"text": "one", "label": 0}
            """);
  }

  // The base is a little different, so that there is a delta.
  private void model(String name, boolean head) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    Files.copy(BERT.resolve("config.json"), folder.resolve("config.json"));
    WordTokenizer.write(folder.resolve("tokenizer.json"));
    Path file = folder.resolve("model.safetensors");
    try (SafetensorsFile whole = SafetensorsFile.open(BERT.resolve("model.safetensors"));
        Arena arena = Arena.ofConfined()) {
      List<TensorInfo> kept =
          whole.tensors().stream()
              .filter(tensor -> head || !tensor.name().startsWith("classifier."))
              .toList();
      try (var writer = SafetensorsWriter.create(file, kept, Map.of("format", "pt"))) {
        for (TensorInfo tensor : kept) {
          MemorySegment bytes = arena.allocate(tensor.bytes());
          whole.read(tensor.name(), 0, bytes);
          writer.write(tensor.name(), 0, bytes);
        }
      }
    }
    if (!head) {
      WholeFile.overwrite(file, "bert.pooler.dense.weight", 3);
      WholeFile.overwrite(file, "bert.encoder.layer.0.output.dense.weight", -2);
    }
  }

  private Path recipe(String method, String heads, String parameters) throws IOException {
    return Files.writeString(
        root.resolve("recipe.yml"),
        """
        merge_method: %s
        base_model: base
        models: [{model: expert, parameters: {%s}}]
        %s
        """
            .formatted(method, parameters, heads));
  }

  private Path merge(Path recipe) {
    Path out = root.resolve("out");
    var settings = new MergeSettings(1, 1, "safetensors", 1_000_000_000, true, false, false);
    try (MergeJob job = MergeJob.prepare(recipe, out, settings)) {
      job.run(ProgressListener.NONE);
    }
    return out;
  }

  private void assertRefused(Path recipe, String problem) {
    String message = assertThrows(AmalgamException.class, () -> merge(recipe)).getMessage();
    assertTrue(message.contains(problem), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void withoutAWordTheMergeIsRefusedAndTheCuresAreNamed() throws IOException {
    Path recipe = recipe("task_arithmetic", "", "weight: 1");
    assertRefused(recipe, "tensor 'classifier.bias' is missing");
    assertRefused(recipe, "'heads: none' (leave out task heads, which only experts have)");
    assertRefused(recipe, "'heads: MODEL' (take them from one)");
  }

  @Test
  void leftOutTheyCanBeTakenFromEachExpertLater() throws IOException {
    Path out = merge(recipe("task_arithmetic", "heads: none", "weight: 1"));
    WholeFile merged = WholeFile.read(out.resolve("model.safetensors"));
    assertTrue(merged.bytes().keySet().stream().noneMatch(name -> name.startsWith("classifier")));
    Evaluation due = Evaluations.run(root.resolve("expert"), data);
    Evaluation actual = Evaluations.run(out, data, Evaluations.head(root.resolve("expert")));
    assertEquals(due.loss(), actual.loss(), 1e-5);
    assertThrows(AmalgamException.class, () -> Evaluations.run(out, data));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lambda: 1, select: importance, rescale: none, tau2: .inf",
        "level: row, lambda: 1, select: random, rescale: inverse, tau2: .inf",
        "lambda: auto, select: sample, rescale: none, tau2: 1"
      })
  void takenFromOneModelTheyAreItsOwn(String parameters) throws IOException {
    Path recipe =
        recipe(
            "apl",
            "heads: expert\nparameters: {repair: false, density: 0.5, " + parameters + "}",
            "examples: " + data);
    Path out = merge(recipe);
    WholeFile merged = WholeFile.read(out.resolve("model.safetensors"));
    WholeFile expert = WholeFile.read(BERT.resolve("model.safetensors"));
    assertEquals(expert.shapes(), merged.shapes());
    for (String tensor : List.of("classifier.weight", "classifier.bias")) {
      assertArrayEquals(expert.bytes().get(tensor), merged.bytes().get(tensor));
    }
    assertTrue(Double.isFinite(Evaluations.run(out, data).loss()));
  }

  @Test
  void theResultOfAStageHasTheConfigOfItsHeads() throws IOException {
    Path config = root.resolve("base/config.json");
    Files.writeString(
        config, Files.readString(config).replace("ForSequenceClassification", "Model"));
    Path recipe = recipe("task_arithmetic", "heads: expert", "weight: 1");
    String stage = "name: merged\n" + Files.readString(recipe);
    Files.writeString(
        recipe, stage + "---\nmerge_method: passthrough\nmodels: [{model: merged}]\n");
    Path out = merge(recipe);
    assertEquals(
        Files.readString(root.resolve("expert/config.json")),
        Files.readString(out.resolve("config.json")));
  }

  @Test
  void theModelMustExist() throws IOException {
    assertRefused(
        recipe("task_arithmetic", "heads: nowhere", "weight: 1"),
        "model 'nowhere': no such folder here");
    assertRefused(recipe("task_arithmetic", "heads: ''", "weight: 1"), "is blank");
  }

  @Test
  void aMethodWithoutBaseHasNoHeads() throws IOException {
    assertRefused(
        recipe("linear", "heads: none", "weight: 1"),
        "'heads' says what becomes of tensors that the base lacks, and merge_method linear uses no"
            + " base; remove it");
  }
}
