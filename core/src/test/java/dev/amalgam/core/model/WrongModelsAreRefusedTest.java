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
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WrongModelsAreRefusedTest {

  private final Map<String, Object> config = new LinkedHashMap<>();
  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  @BeforeEach
  void aSmallLlama() {
    config.put("model_type", "llama");
    config.put("architectures", List.of("LlamaForCausalLM"));
    config.put("hidden_size", 8L);
    config.put("intermediate_size", 12L);
    config.put("num_hidden_layers", 1L);
    config.put("num_attention_heads", 2L);
    config.put("vocab_size", 10L);
    shapes.put("model.embed_tokens.weight", Shape.of(10, 8));
    shapes.put("lm_head.weight", Shape.of(10, 8));
    shapes.put("model.norm.weight", Shape.of(8));
    String layer = "model.layers.0.";
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

  private void assertRefused(String... parts) {
    String message = assertThrows(ModelException.class, this::build).getMessage();
    assertEquals(1, message.lines().count(), message);
    for (String part : parts) {
      assertTrue(message.contains(part), () -> message + " lacks: " + part);
    }
  }

  @Test
  void absurdSizesAreComparedWithTheTensorsBeforeAnythingIsMade() {
    for (String key :
        List.of("num_hidden_layers", "num_attention_heads", "head_dim", "hidden_size")) {
      for (long absurd : new long[] {1_000_000_000, Integer.MAX_VALUE, 1L << 40}) {
        Object before = config.put(key, absurd);
        assertRefused(
            "config.json: " + key + " is " + absurd + ", but ",
            key.equals("num_hidden_layers") ? "has only 12 tensors" : "has more than 12;");
        config.remove(key);
        if (before != null) {
          config.put(key, before);
        }
      }
    }
    config.put("num_attention_heads", 60_000L);
    config.put("head_dim", 60_000L);
    assertRefused("config.json: 60000 heads of 60000 values are more than any model has");
  }

  @Test
  void aModelThatFitsIsBuilt() {
    assertEquals(1, build().layers().size());
  }

  @Test
  void theInnerModelAloneIsFoundWithoutItsPrefix() {
    Map<String, Shape> inner = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> inner.put(name.replaceFirst("^model\\.", ""), shape));
    shapes.clear();
    shapes.putAll(inner);
    assertEquals(1, build().layers().size());
  }

  @Test
  void anUnknownModelTypeIsRefusedWithTheListOfTheKnownOnes() {
    config.put("model_type", "mamba");
    assertTrue(ModelFamilies.types().containsAll(Set.of("bert", "gpt2", "llama", "xlm-roberta")));
    assertRefused("config.json", "'mamba'", String.join(", ", ModelFamilies.types()));
  }

  @Test
  void aConfigWithoutModelTypeIsRefused() {
    config.remove("model_type");
    assertRefused("config.json", "no model_type", "llama");
  }

  @Test
  void anotherHeadThanTheFamilysIsRefused() {
    config.put("architectures", List.of("LlamaForQuestionAnswering"));
    assertRefused("LlamaForQuestionAnswering", "LlamaForCausalLM, LlamaForSequenceClassification");
  }

  @Test
  void quantizedModelsAreRefused() {
    config.put("quantization_config", Map.of("quant_method", "gptq"));
    assertRefused("quantization_config", "not quantized");
  }

  @ParameterizedTest
  @ValueSource(strings = {"attn_logit_softcapping", "residual_multiplier", "num_experts"})
  void aConfigKeyThatNobodyKnowsIsRefusedByName(String key) {
    config.put(key, 2L);
    assertRefused("config.json", key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"_name_or_path", "pad_token_id", "attention_dropout", "use_cache", "unsloth_x"})
  void aConfigKeyThatDoesNotChangeTheMathematicsIsIgnored(String key) {
    config.put(key, "anything");
    assertEquals(1, build().layers().size());
  }

  @Test
  void aKeyThatIsHarmlessInAnotherFamilyIsRefusedWithItsValue() {
    config.put("summary_type", "cls_index");
    assertRefused("config.json", "'summary_type' is 'cls_index'");
    config.remove("summary_type");
    config.put("pretraining_tp", 1L);
    assertEquals(1, build().layers().size());
  }

  @Test
  void anUnknownActivationIsRefusedWithTheListOfTheKnownOnes() {
    config.put("hidden_act", "relu6");
    assertRefused("hidden_act", "'relu6'", "silu, gelu");
  }

  @Test
  void ropeTypesThatAreNotSupportedAreRefused() {
    config.put("rope_scaling", Map.of("rope_type", "proportional", "factor", 4.0));
    assertRefused(
        "rope_type", "'proportional'", "default, linear, dynamic, yarn, longrope, llama3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dynamic | factor | 0 | factor is '0', but must be a positive number",
        "yarn | factor | -1 | factor is '-1'",
        "yarn | rope_theta | 1 | needs a rope_theta above 1, not 1.0",
        "yarn | mscale | -1 | mscale is '-1', but must be a number from 0 on",
        "yarn | beta_fast | 0 | beta_fast is '0'",
        "longrope | factor | 2 | no short_factor",
        "longrope | original_max_position_embeddings | 1 | original_max_position_embeddings above"
            + " 1",
      })
  void aRopeScalingThatCannotBeIsRefused(String type, String key, int value, String told) {
    config.put("max_position_embeddings", 20L);
    Map<String, Object> scaling = new LinkedHashMap<>(Map.of("rope_type", type, "factor", 2.0));
    scaling.put(key, value);
    config.put("rope_scaling", scaling);
    assertRefused("config.json: rope_scaling", told);
  }

  @ParameterizedTest
  @CsvSource({"1.0, a list of 2 positive numbers", "0, a list of 2 positive numbers"})
  void factorsOfAnotherNumberThanThePairsAreRefused(double second, String told) {
    config.put("max_position_embeddings", 20L);
    List<Double> three = List.of(1.0, second, 1.0);
    List<Double> two = List.of(1.0, second);
    config.put(
        "rope_scaling",
        Map.of(
            "type", "su", "short_factor", second > 0 ? three : two, "long_factor", List.of(1, 2)));
    assertRefused("config.json: rope_scaling: short_factor", told);
  }

  @Test
  void anUnknownValueOfTheRopeScalingIsRefused() {
    config.put("rope_scaling", Map.of("type", "linear", "factor", 4.0, "mscale", 2.0));
    assertRefused("rope_scaling", "'mscale'");
  }

  @Test
  void aRopeScalingWithoutItsFactorIsRefused() {
    config.put("rope_scaling", Map.of("type", "linear"));
    assertRefused("rope_scaling", "factor");
  }

  @Test
  void rotatingAPartOfEachHeadOnlyIsRefused() {
    config.put("partial_rotary_factor", 0.5);
    assertRefused("partial_rotary_factor", "'0.5'");
  }

  @ParameterizedTest
  @CsvSource({
    "num_attention_heads, 3, shared out",
    "num_key_value_heads, 3, share",
    "hidden_size, 0, whole number",
    "hidden_size, -8, whole number",
    "hidden_size, 99999999999, no side of any tensor",
    "hidden_size, 8.5, whole number",
    "head_dim, 3, pairs",
    "rms_norm_eps, 0, positive",
    "rms_norm_eps, NaN, positive",
    "rope_theta, -1, positive",
  })
  void aNumberThatMakesNoSenseIsRefused(String key, String value, String complaint) {
    config.put(key, value.matches("-?\\d+") ? (Object) Long.valueOf(value) : Double.valueOf(value));
    assertRefused("config.json", complaint);
  }

  @Test
  void aSideOfATensorWithoutElementsAllowsForNothing() {
    shapes.put("x.weight", Shape.of(0, 99999999999L));
    config.put("hidden_size", 99999999999L);
    assertRefused("config.json", "no side of any tensor");
  }

  @ParameterizedTest
  @CsvSource({
    "hidden_size, true or false or text",
    "tie_word_embeddings, yes",
    "rope_scaling, text",
    "architectures, text"
  })
  void aValueOfTheWrongTypeIsRefused(String key, String value) {
    config.put(key, value);
    assertRefused("config.json", key, value);
  }

  @Test
  void aMissingValueIsNamed() {
    config.remove("intermediate_size");
    assertRefused("config.json", "intermediate_size");
  }

  @Test
  void aMissingTensorIsNamed() {
    shapes.remove("model.layers.0.mlp.up_proj.weight");
    assertRefused("'model'", "'model.layers.0.mlp.up_proj.weight'");
  }

  @Test
  void aMissingOutputProjectionIsNamedUnlessItIsTheEmbedding() {
    shapes.remove("lm_head.weight");
    assertRefused("'lm_head.weight'");
    config.put("tie_word_embeddings", true);
    assertEquals(1, build().layers().size());
  }

  @Test
  void aTensorOfAnotherShapeIsNamedWithBothShapes() {
    shapes.put("model.layers.0.self_attn.k_proj.weight", Shape.of(4, 8));
    assertRefused("k_proj.weight", "[4, 8]", "[8, 8]");
  }

  @Test
  void aTensorOfALayerThatTheConfigDoesNotKnowIsNamed() {
    shapes.put("model.layers.0.self_attn.q_proj.bias", Shape.of(8));
    assertRefused("'model.layers.0.self_attn.q_proj.bias'", "no part of the model");
  }

  @Test
  void moreLayersThanTheConfigSaysAreNoticed() {
    shapes.put("model.layers.1.mlp.up_proj.weight", Shape.of(12, 8));
    assertRefused("'model.layers.1.mlp.up_proj.weight'");
  }

  @Test
  void layerTypesMustFitTheLayersAndNeedAWindow() {
    config.put("model_type", "mistral");
    config.put("architectures", List.of("MistralForCausalLM"));
    config.put("layer_types", List.of("full_attention", "full_attention"));
    assertRefused("layer_types", "2", "1");
    config.put("layer_types", List.of("sliding_attention"));
    config.put("sliding_window", null);
    assertRefused("layer_types", "sliding_window");
    config.put("layer_types", List.of("chunked_attention"));
    assertRefused("layer_types", "chunked_attention");
  }
}
