package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.io.json.Json;
import dev.amalgam.job.api.MergeSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stacks of models that tell what a layer is by its number, against configs by which transformers
 * makes every layer what it was.
 */
class StacksKeepTheKindsOfLayersTest {

  @TempDir Path root;
  private MergeFixture merge;

  @BeforeEach
  void makeModels() throws IOException {
    merge = new MergeFixture(root);
  }

  static Stream<JsonNode> cases() {
    Path file = Path.of("src/test/resources/stacks/configs.json");
    return StreamSupport.stream(Json.read(file, 1 << 20).spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theConfigSaysWhatTheLayersWere(JsonNode given) throws IOException {
    model("g", given.get("layers").intValue(), given.get("config").toPrettyString());
    merge.recipe(stack("g", given.get("stack")));
    if (given.get("expected").isNull()) {
      String message = merge.refused();
      assertTrue(message.contains("tells layers apart by their numbers, and layer "), message);
      assertTrue(message.contains("choose slices that leave such layers where they are"), message);
    } else {
      assertEquals(List.of(), warnings());
      merge.merge();
      assertEquals(given.get("expected"), config());
    }
  }

  @Test
  void everySourceIsAskedByItsOwnConfig() throws IOException {
    String form =
        "{\"model_type\": \"gemma3_text\", \"num_hidden_layers\": %d, \"sliding_window_pattern\":"
            + " %d}";
    model("g", 4, form.formatted(4, 2));
    model("h", 3, form.formatted(3, 3));
    merge
        .recipe(
            """
            merge_method: passthrough
            slices:
            - sources: [{model: g, layer_range: [0, 2]}]
            - sources: [{model: h, layer_range: [0, 2]}]
            """)
        .merge();
    assertEquals(
        """
        {"model_type": "gemma3_text", "num_hidden_layers": 4, "layer_types": ["sliding_attention", \
        "full_attention", "sliding_attention", "sliding_attention"], "sliding_window_pattern": 2}\
        """,
        Files.readString(merge.out.resolve("config.json")));
  }

  @Test
  void aModelWithoutTheListIsAskedByItsNumbers() throws IOException {
    model(
        "g",
        2,
        """
        {"model_type": "gemma2", "num_hidden_layers": 2, "layer_types": ["x", "y"]}\
        """);
    model("h", 3, "{\"model_type\": \"gemma2\", \"num_hidden_layers\": 3}");
    merge
        .recipe(
            """
            merge_method: passthrough
            slices:
            - sources: [{model: g, layer_range: [1, 2]}]
            - sources: [{model: h, layer_range: [1, 3]}]
            """)
        .merge();
    assertEquals(
        """
        {"model_type": "gemma2", "num_hidden_layers": 3, \
        "layer_types": ["y", "full_attention", "sliding_attention"]}\
        """,
        Files.readString(merge.out.resolve("config.json")));
  }

  @Test
  void aListOfAPartOfTheModelIsWrittenThere() throws IOException {
    model(
        "g",
        3,
        """
        {
          "text_config": {
            "layer_types": null,
            "model_type": "llama4_text",
            "num_hidden_layers": 3,
            "no_rope_layers": []
          },
          "vision_config": {"num_hidden_layers": 7}
        }
        """);
    merge
        .recipe(
            "merge_method: passthrough\nslices: [{sources: [{model: g, layer_range: [2, 3]}]}, "
                + "{sources: [{model: g, layer_range: [0, 3]}]}]\n")
        .merge();
    assertEquals(
        """
        {
          "text_config": {
            "layer_types": null,
            "model_type": "llama4_text",
            "num_hidden_layers": 4,
            "no_rope_layers": [1, 1, 1, 1]
          },
          "vision_config": {"num_hidden_layers": 7}
        }
        """,
        Files.readString(merge.out.resolve("config.json")));
  }

  @Test
  void whatGoesByNumberInOtherFormsFollowsToo() throws IOException {
    model(
        "g",
        3,
        """
        {"num_hidden_layers": 3, "rope_theta": [1, 2, 3], "moe_layers": [0, 2], "kda_layers": [1, 3],
         "hybrid_override_pattern": "M-*", "rope_scaling": {"long_factor": [1, 2, 3]}}
        """);
    merge
        .recipe(
            "merge_method: passthrough\nslices: [{sources: [{model: g, layer_range: [2, 3]}]}, "
                + "{sources: [{model: g, layer_range: [0, 1]}]}]\n")
        .merge();
    assertEquals(
        """
        {"num_hidden_layers": 2, "rope_theta": [3, 1], "moe_layers": [0, 1], "kda_layers": [1, 2],
         "hybrid_override_pattern": "*M", "rope_scaling": {"long_factor": [1, 2, 3]}}
        """,
        Files.readString(merge.out.resolve("config.json")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma", "distilbert", "nomic_bert"})
  void aKeyThatTheFamilyIsNotKnownToReadGivesAWarningWhereItWouldTell(String family)
      throws IOException {
    String form = "{\"model_type\": \"%s\", \"num_hidden_layers\": 3, \"moe_layer_freq\": 2}";
    model("g", 3, form.formatted(family));
    merge.recipe(
        "merge_method: passthrough\nslices: [{sources: [{model: g, layer_range: [1, 3]}]}]\n");
    assertTrue(warnings().getFirst().contains("'moe_layer_freq' = '2', from which some models"));
    merge.recipe(
        "merge_method: passthrough\nslices: [{sources: [{model: g, layer_range: [0, 2]}]}]\n");
    assertEquals(List.of(), warnings());
  }

  private List<String> warnings() {
    try (MergeJob job = MergeJob.prepare(merge.recipe, merge.out, MergeFixture.SETTINGS)) {
      MergeSummary summary = job.summary();
      return summary.warnings();
    }
  }

  private static String stack(String model, JsonNode layers) {
    StringBuilder recipe = new StringBuilder("merge_method: passthrough\nslices:\n");
    for (JsonNode layer : layers) {
      recipe.append(
          "- sources: [{model: %s, layer_range: [%d, %d]}]\n"
              .formatted(model, layer.intValue(), layer.intValue() + 1));
    }
    return recipe.toString();
  }

  private void model(String name, int layers, String config) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    List<String> tensors = new ArrayList<>(List.of("embed.weight"));
    for (int i = 0; i < layers; i++) {
      tensors.addAll(List.of("layers." + i + ".a", "layers." + i + ".b", "layers." + i + ".c"));
    }
    TinyModel.tensors(folder.resolve("model.safetensors"), layers, tensors.toArray(String[]::new));
    Files.writeString(folder.resolve("config.json"), config);
  }

  private JsonNode config() {
    return Json.read(merge.out.resolve("config.json"), 1 << 20);
  }
}
