package dev.amalgam.core.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
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

class WrongMixturesAreRefusedTest {

  private static final String LAYER = "model.layers.0.";
  private static final String GATE_UP = LAYER + "mlp.experts.gate_up_proj";

  private final Map<String, Object> config = new LinkedHashMap<>();
  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  @BeforeEach
  void aSmallOlmoe() {
    config.put("model_type", "olmoe");
    config.put("hidden_size", 8L);
    config.put("intermediate_size", 6L);
    config.put("num_hidden_layers", 1L);
    config.put("num_attention_heads", 2L);
    config.put("vocab_size", 10L);
    config.put("num_experts", 3L);
    config.put("num_experts_per_tok", 2L);
    shapes.put("model.embed_tokens.weight", Shape.of(10, 8));
    shapes.put("lm_head.weight", Shape.of(10, 8));
    for (String norm :
        List.of(
            "norm",
            "layers.0.input_layernorm",
            "layers.0.post_attention_layernorm",
            "layers.0.self_attn.q_norm",
            "layers.0.self_attn.k_norm")) {
      shapes.put("model." + norm + ".weight", Shape.of(8));
    }
    for (String projection : List.of("q", "k", "v", "o")) {
      shapes.put(LAYER + "self_attn." + projection + "_proj.weight", Shape.of(8, 8));
    }
    shapes.put(LAYER + "mlp.gate.weight", Shape.of(3, 8));
    shapes.put(GATE_UP, Shape.of(3, 12, 8));
    shapes.put(LAYER + "mlp.experts.down_proj", Shape.of(3, 8, 6));
  }

  private Model build() {
    return ModelFamilies.build(
        new ModelSource(new ModelConfig("config.json", config), new ShapesOnly(shapes)),
        Optional.empty());
  }

  private void assertRefused(String part) {
    String message = assertThrows(ModelException.class, this::build).getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains(part), () -> message + " lacks: " + part);
  }

  @Test
  void bothLayoutsAreFound() {
    assertDoesNotThrow(this::build);
    shapes.remove(GATE_UP);
    shapes.remove(LAYER + "mlp.experts.down_proj");
    for (int expert = 0; expert < 3; expert++) {
      String name = LAYER + "mlp.experts." + expert + ".";
      shapes.put(name + "gate_proj.weight", Shape.of(6, 8));
      shapes.put(name + "up_proj.weight", Shape.of(6, 8));
      shapes.put(name + "down_proj.weight", Shape.of(8, 6));
    }
    assertDoesNotThrow(this::build);
  }

  @Test
  void aTokenCannotChooseMoreExpertsThanThereAre() {
    config.put("num_experts_per_tok", 4L);
    assertRefused("config.json: num_experts_per_tok is 4, but there are only 3 experts");
  }

  @Test
  void twoCountsOfExpertsMustAgree() {
    config.put("num_local_experts", 5L);
    assertRefused("config.json: num_local_experts is 5, but num_experts is 3");
  }

  @Test
  void expertsThatAreMissingAreNamedAsPublished() {
    shapes.remove(GATE_UP);
    assertRefused("has no tensor '" + LAYER + "mlp.experts.0.gate_proj.weight'");
  }

  @Test
  void aStackOfAnotherShapeIsRefused() {
    shapes.put(GATE_UP, Shape.of(3, 8, 12));
    assertRefused(GATE_UP + "' has shape [3, 8, 12], but the config makes it [3, 12, 8]");
  }

  @Test
  void expertsInBothLayoutsAreRefused() {
    shapes.put(LAYER + "mlp.experts.0.gate_proj.weight", Shape.of(6, 8));
    assertRefused("has no tensor '" + LAYER + "mlp.experts.0.up_proj.weight'");
  }

  @Test
  void absurdCountsEndAtTheFirstExpertThatIsMissing() {
    config.put("num_experts", (long) Integer.MAX_VALUE);
    assertRefused("mlp.gate.weight' has shape [3, 8], but the config makes it [2147483647, 8]");
  }

  @Test
  void clippedProjectionsAreNotSupported() {
    config.put("clip_qkv", 8.0);
    assertRefused("config.json: clip_qkv is '8.0', which is not supported; supported: null");
  }

  @Test
  void layersWithoutExpertsAreListedByNumber() {
    config.put("model_type", "qwen3_moe");
    config.put("moe_intermediate_size", 6L);
    config.put("mlp_only_layers", List.of("0"));
    assertRefused("config.json: mlp_only_layers is '0', but must be a list of whole numbers");
  }
}
