package dev.amalgam.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisionLanguageTest {

  private final Map<String, Object> config = new LinkedHashMap<>();
  private final Map<String, Object> text = new LinkedHashMap<>();
  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  @BeforeEach
  void aSmallLlava() {
    config.put("model_type", "llava");
    config.put("architectures", List.of("LlavaForConditionalGeneration"));
    config.put("vision_config", Map.of("hidden_size", 7));
    config.put("text_config", text);
    text.put("model_type", "llama");
    text.put("architectures", List.of("LlamaForCausalLM"));
    text.put("hidden_size", 8);
    text.put("intermediate_size", 12);
    text.put("num_hidden_layers", 1);
    text.put("num_attention_heads", 2);
    text.put("num_key_value_heads", 2);
    text.put("vocab_size", 10);
    shapes.put("vision_tower.layers.0.weight", Shape.of(7, 7));
    shapes.put("language_model.model.embed_tokens.weight", Shape.of(10, 8));
    shapes.put("language_model.lm_head.weight", Shape.of(10, 8));
    shapes.put("language_model.model.norm.weight", Shape.of(8));
    String layer = "language_model.model.layers.0.";
    shapes.put(layer + "input_layernorm.weight", Shape.of(8));
    shapes.put(layer + "post_attention_layernorm.weight", Shape.of(8));
    for (String projection : List.of("q", "k", "v", "o")) {
      shapes.put(layer + "self_attn." + projection + "_proj.weight", Shape.of(8, 8));
    }
    shapes.put(layer + "mlp.gate_proj.weight", Shape.of(12, 8));
    shapes.put(layer + "mlp.up_proj.weight", Shape.of(12, 8));
    shapes.put(layer + "mlp.down_proj.weight", Shape.of(8, 12));
  }

  private Model build() {
    return ModelFamilies.build(
        new ModelSource(new ModelConfig("config.json", config), new ShapesOnly(shapes)),
        Optional.empty());
  }

  private void assertRefused(String told) {
    String message = assertThrows(ModelException.class, this::build).getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains(told), message);
  }

  @Test
  void whatPicturesGoThroughTakesNoPart() {
    Model model = build();
    assertEquals(1, model.layers().size());
    assertTrue(model.parameters().stream().noneMatch(p -> p.name().startsWith("vision")));
    assertEquals(2048, model.maxPositions());
  }

  @Test
  void whatTheTextConfigLeavesOutIsAsInItsClass() {
    text.remove("num_hidden_layers");
    assertRefused("config.json: text_config: num_hidden_layers is 32, but the model has only");
  }

  @Test
  void valuesThatBothStateAreThoseOfTheText() {
    config.put("hidden_size", 99);
    assertEquals(1, build().layers().size());
  }

  @ParameterizedTest
  @CsvSource({
    "rope_interleaved, config.json: text_config: key 'rope_interleaved' is 'true'",
    "attention_bias, has no tensor",
  })
  void valuesOfTheTextModelThatCannotBeAreRefused(String key, String told) {
    text.put(key, true);
    assertRefused(told);
  }

  @Test
  void whatIsNoTextModelIsRefused() {
    text.put("model_type", "llava");
    text.put("architectures", null);
    assertEquals(1, build().layers().size());
    text.put("model_type", "qwen2_vl");
    assertRefused("'qwen2_vl' cannot be run as the text model of llava");
    text.put("model_type", "unknown");
    assertRefused("'unknown' cannot be run as the text model of llava");
    config.put("architectures", List.of("LlamaForCausalLM"));
    assertRefused("architecture 'LlamaForCausalLM' cannot be run");
  }

  @Test
  void keysThatAreNotKnownAreRefused() {
    config.put("fusion_scale", 2);
    assertRefused("config.json: key 'fusion_scale' is '2'");
  }
}
