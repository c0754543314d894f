package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.json.Json;
import dev.amalgam.job.api.MergeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stacks of slices, from recipes to models that run. */
class StackedModelsTest {

  private static final Path EXAMPLES = Path.of("../examples/tiny-llama").toAbsolutePath();
  private static final Path FAMILIES = Path.of("../io/src/test/resources/hf").toAbsolutePath();

  @TempDir Path root;
  private MergeFixture merge;

  @BeforeEach
  void makeModels() throws IOException {
    merge = new MergeFixture(root);
  }

  @Test
  void aStackOfRealLayersRuns() throws IOException {
    Path data = root.resolve("few.jsonl");
    try (Stream<String> lines = Files.lines(EXAMPLES.resolve("data/math.test.jsonl"))) {
      Files.write(data, lines.limit(20).toList());
    }
    merge
        .recipe(
            """
            merge_method: passthrough
            slices:
            - sources: [{model: %1$s/math, layer_range: [0, 3]}]
            - sources: [{model: %1$s/java, layer_range: [1, 2]}]
            - sources: [{model: %1$s/math, layer_range: [2, 4]}]
            """
                .formatted(EXAMPLES))
        .merge();
    double stacked = Evaluations.run(merge.out, data).loss();
    assertEquals(6, config().get("num_hidden_layers").intValue());
    merge
        .recipe(
            """
            merge_method: passthrough
            slices:
            - sources: [{model: %1$s/math, layer_range: [0, 1]}]
            - sources: [{model: %1$s/math, layer_range: [1, 4]}]
            """
                .formatted(EXAMPLES))
        .merge(merge.out, MergeFixture.REPLACING);
    double whole = Evaluations.run(merge.out, data).loss();
    assertEquals(Evaluations.run(EXAMPLES.resolve("math"), data).loss(), whole);
    assertTrue(stacked > whole && stacked < 12, stacked + " after " + whole);
  }

  @Test
  void aStackThatPutsAModelTogetherAgainIsThatModel() throws IOException {
    Path math = EXAMPLES.resolve("math");
    merge
        .recipe(
            """
            merge_method: ties
            base_model: %1$s/base
            slices:
            - sources:
              - {model: %1$s/base, layer_range: [0, 2]}
              - {model: %1$s/math, layer_range: [0, 2], parameters: {weight: 1}}
            - sources: [{model: %1$s/math, layer_range: [2, 4]}]
            """
                .formatted(EXAMPLES))
        .merge(merge.out, new MergeSettings(42, 2, "safetensors", 1L << 30, false, true, true));
    try (var whole = ModelFile.open(math.resolve("model.safetensors"));
        var stacked = ModelFile.open(merge.out.resolve("model.safetensors"))) {
      stacked.assertSameTensors(whole);
      assertTrue(stacked.largestError(whole) < 0.01);
    }
    assertEquals(
        Files.readString(EXAMPLES.resolve("base/config.json")),
        Files.readString(merge.out.resolve("config.json")));
  }

  @ParameterizedTest
  @CsvSource({
    "llama, num_hidden_layers",
    "llama3-tied, num_hidden_layers",
    "mistral, num_hidden_layers",
    "qwen2, num_hidden_layers",
    "qwen3, num_hidden_layers",
    "gpt2, n_layer",
    "../hf-dense/falcon, num_hidden_layers",
    "../hf-dense/gpt-neox, num_hidden_layers",
    "../hf-dense/gptj, n_layer",
    "../hf-dense/opt, num_hidden_layers",
    "../hf-dense/phi3, num_hidden_layers",
    "bert-classifier, num_hidden_layers",
    "bert-mlm, num_hidden_layers",
    "roberta-classifier, num_hidden_layers"
  })
  void everyFamilyRunsWithMoreLayers(String family, String key) throws IOException {
    Path model = FAMILIES.resolve(family);
    merge
        .recipe(
            """
            merge_method: linear
            slices:
            - sources: [{model: %1$s, layer_range: [0, 2]}, {model: %1$s, layer_range: [0, 2]}]
            - sources: [{model: %1$s, layer_range: [0, 1]}, {model: %1$s, layer_range: [1, 2]}]
            parameters: {weight: 1}
            """
                .formatted(model))
        .merge();
    assertEquals(3, config().get(key).intValue());
    double loss = Evaluations.run(merge.out, model.resolve("expected.safetensors")).loss();
    assertTrue(loss > 0 && loss < 20, "" + loss);
  }

  @Test
  void listsWithAValueForEachLayerFollowTheLayers() throws IOException {
    Path a = model("a", 4);
    Path b = model("b", 3);
    Files.writeString(
        a.resolve("config.json"),
        """
        {
          "architectures": ["A", "B", "C", "D"],
          "eos_token_id": [1, 2, 3, 4],
          "rope_scaling": {"short_factor": [1, 2, 3, 4]},
          "text_config": {
            "layer_types": [
              "full",
              "sliding",
              "sliding",
              "linear"
            ],
            "num_hidden_layers": 4,
            "mlp_only_layers": [3]
          },
          "vision_config": {"num_hidden_layers": 7},
          "heads": [1, 1.50, 3, 4]
        }
        """);
    Files.writeString(
        b.resolve("config.json"),
        """
        {"num_hidden_layers": 3, "heads": [10, 20, 30],
         "text_config": {"layer_types": ["x", "y", "z"], "mlp_only_layers": [0]}}
        """);
    merge.recipe(STACK).merge();
    assertEquals(
        """
        {
          "architectures": ["A", "B", "C", "D"],
          "eos_token_id": [1, 2, 3, 4],
          "rope_scaling": {"short_factor": [1, 2, 3, 4]},
          "text_config": {
            "layer_types": [
              "linear",
              "full",
              "sliding",
              "x",
              "y"
            ],
            "num_hidden_layers": 5,
            "mlp_only_layers": [0, 3]
          },
          "vision_config": {"num_hidden_layers": 7},
          "heads": [4, 1, 1.5, 10, 20]
        }
        """,
        Files.readString(merge.out.resolve("config.json")));
  }

  @Test
  void aListThatAnotherModelLacksIsAnError() throws IOException {
    Path a = model("a", 4);
    model("b", 3);
    Files.writeString(
        a.resolve("config.json"), "{\"num_hidden_layers\": 4, \"types\": [1, 2, 3, 4]}");
    String message = merge.recipe(STACK).refused();
    assertTrue(
        message.contains(
            "/b': it has no list '/types' of 3 values, one for each layer, as the config of"),
        message);
  }

  @Test
  void aConfigThatDoesNotCountTheLayersIsAnError() throws IOException {
    Path a = model("a", 4);
    model("b", 3);
    Files.writeString(a.resolve("config.json"), "{\"num_hidden_layers\": 5}");
    String message = merge.recipe(STACK).refused();
    assertTrue(message.contains("config.json': it does not say that the model has 4 layers"));
  }

  @Test
  void whatAnUnknownModelMayComputeOfTheNumbersOfLayersIsRefused() throws IOException {
    Path a = model("a", 4);
    model("b", 3);
    Files.writeString(
        a.resolve("config.json"), "{\"num_hidden_layers\": 4, \"first_k_dense_replace\": 1}");
    String message = merge.recipe(STACK).refused();
    assertTrue(
        message.contains(
            "'first_k_dense_replace' = '1' tells layers apart by their numbers, and layer 0 of the"
                + " stack would be 'dense', while it is 'sparse' as layer 3 of "),
        message);
  }

  @Test
  @Timeout(30)
  void kindsOfLayersThatAreRepeatedInAnEmptyListAreLeftOut() throws IOException {
    Path a = model("a", 4);
    model("b", 3);
    String empty = "[[], 2147483647], ".repeat(1000);
    Files.writeString(
        a.resolve("config.json"),
        "{\"model_type\": \"gpt_neo\", \"num_hidden_layers\": 4, \"attention_types\": ["
            + empty
            + "[[\"local\", \"global\"], 2]]}");
    merge.recipe(STACK).merge();
    assertEquals(
        "[[[\"global\",\"local\",\"global\",\"global\",\"local\"],1]]",
        config().get("attention_types").toString());
  }

  @Test
  void layersThatAConfigDoesNotDescribeAreRefused() throws IOException {
    Path a = model("a", 4);
    model("b", 3);
    Path config = a.resolve("config.json");
    Files.writeString(
        config,
        "{\"model_type\": \"gpt_neo\", \"num_hidden_layers\": 4, \"attention_types\":"
            + " [[[\"local\", \"global\"], 1]]}");
    assertEquals(
        "'"
            + config
            + "': 'attention_types' describes only 2 of 4 layers, so that it is not known what"
            + " layer 3 is; describe all",
        merge.recipe(STACK).refused());
  }

  @Test
  void fewerThanNoLayersThatShareKeysAreNone() throws IOException {
    Path a = model("a", 4);
    model("b", 3);
    Path config = a.resolve("config.json");
    Files.writeString(
        config, "{\"model_type\": \"x\", \"num_hidden_layers\": 4, \"num_kv_shared_layers\": -1}");
    merge.recipe(STACK).merge();
    assertEquals(5, config().get("num_hidden_layers").intValue());
  }

  @Test
  void theBytesDoNotDependOnThreads() throws IOException {
    model("a", 4);
    model("b", 3);
    merge.recipe(STACK + "dtype: bfloat16\n").merge();
    var expected = MergeFixture.digests(merge.out);
    merge.merge(merge.out, new MergeSettings(42, 5, "safetensors", 1_000_000, true, true, true));
    assertEquals(expected, MergeFixture.digests(merge.out));
  }

  @Test
  void theCardAndTheSummaryListTheModelsOfTheSlices() throws IOException {
    model("a", 4);
    model("b", 3);
    merge.recipe(STACK);
    try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.SETTINGS)) {
      assertEquals(List.of("a", "b"), job.summary().models());
      job.run(ProgressListener.NONE);
    }
    String card = Files.readString(merge.out.resolve("README.md"));
    assertTrue(card.contains("Models:\n\n* `a`\n* `b`\n"), card);
  }

  private static final String STACK =
      """
      merge_method: passthrough
      slices:
      - sources: [{model: a, layer_range: [3, 4]}]
      - sources: [{model: a, layer_range: [0, 2]}]
      - sources: [{model: b, layer_range: [0, 2]}]
      """;

  private Path model(String name, int layers) throws IOException {
    Path folder = root.resolve(name);
    List<String> tensors = new ArrayList<>(List.of("embed.weight"));
    for (int i = 0; i < layers; i++) {
      tensors.addAll(List.of("layers." + i + ".a", "layers." + i + ".b", "layers." + i + ".c"));
    }
    Files.delete(folder.resolve("model.safetensors"));
    TinyModel.tensors(folder.resolve("model.safetensors"), layers, tensors.toArray(String[]::new));
    Files.writeString(folder.resolve("config.json"), "{\"num_hidden_layers\": " + layers + "}");
    return folder;
  }

  private JsonNode config() {
    return Json.read(merge.out.resolve("config.json"), 1 << 20);
  }
}
