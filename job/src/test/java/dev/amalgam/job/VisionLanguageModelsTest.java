package dev.amalgam.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stacks and evaluations of the language models in models that see pictures. */
class VisionLanguageModelsTest {

  private static final Path MODELS =
      Path.of("../io/src/test/resources/hf-vision").toAbsolutePath().normalize();

  @TempDir Path root;
  private MergeFixture merge;

  @BeforeEach
  void makeRecipe() throws IOException {
    merge = new MergeFixture(root);
  }

  private JsonNode config(Path folder) {
    return Json.read(folder.resolve("config.json"), 1 << 20);
  }

  @ParameterizedTest
  @CsvSource({
    "gemma3, /text_config, vision_tower.",
    "llava, /text_config, vision_tower.",
    "mistral3, /text_config, model.vision_tower.",
    "qwen2-vl-older-config, '', visual.",
    "qwen3-vl, /text_config, model.visual."
  })
  void slicesAreOfTheLayersOfTheText(String name, String section, String vision)
      throws IOException {
    Path model = MODELS.resolve(name);
    int layers = config(model).at(section + "/num_hidden_layers").intValue();
    merge
        .recipe(
            """
            merge_method: passthrough
            slices:
            - sources: [{model: %1$s, layer_range: [0, %2$d]}]
            - sources: [{model: %1$s, layer_range: [0, 2]}]
            """
                .formatted(model, layers))
        .merge();
    JsonNode stacked = config(merge.out);
    assertEquals(layers + 2, stacked.at(section + "/num_hidden_layers").intValue());
    assertEquals(config(model).get("vision_config"), stacked.get("vision_config"));
    try (var whole = ModelFile.open(model.resolve("model.safetensors"));
        var out = ModelFile.open(merge.out.resolve("model.safetensors"))) {
      List<TensorInfo> seen = ofPictures(whole, vision);
      assertTrue(seen.size() > 5);
      assertEquals(seen, ofPictures(out, vision));
    }
    double loss = Evaluations.run(merge.out, model.resolve("expected.safetensors")).loss();
    assertTrue(loss > 0 && loss < 20, "" + loss);
  }

  private static List<TensorInfo> ofPictures(ModelFile model, String start) {
    return model.info().stream().filter(tensor -> tensor.name().startsWith(start)).toList();
  }

  @Test
  void aStackKeepsWhichLayersHaveAWindow() throws IOException {
    merge
        .recipe(
            """
            merge_method: passthrough
            slices:
            - sources: [{model: %1$s, layer_range: [1, 3]}]
            """
                .formatted(MODELS.resolve("gemma3")))
        .merge();
    assertEquals(
        List.of("full_attention", "sliding_attention"),
        StreamSupport.stream(config(merge.out).at("/text_config/layer_types").spliterator(), false)
            .map(JsonNode::textValue)
            .toList());
  }
}
