package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.model.ModelFamilies;
import dev.amalgam.core.model.ModelSource;
import dev.amalgam.core.model.TokenTensors;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What configs of decoders may say besides what their fixtures do, and what is refused. */
class ConfigsOfDenseDecodersTest {

  private static final Path FIXTURES = Path.of("src/test/resources/hf-dense");

  static Stream<Path> fixtures() throws IOException {
    try (Stream<Path> all = Files.list(FIXTURES)) {
      return all.filter(Files::isDirectory).sorted().toList().stream();
    }
  }

  private static void build(String fixture, String more) {
    Path folder = FIXTURES.resolve(fixture);
    ObjectNode config = (ObjectNode) Json.read(folder.resolve(ConfigFile.NAME), 1 << 20);
    for (var change : Json.parseObject(Path.of("more"), more.replace('\'', '"')).properties()) {
      JsonNode value = change.getValue();
      config.set(change.getKey(), value);
    }
    try (CheckpointFolder checkpoint = CheckpointFolder.open(folder)) {
      ConfigFile file = ConfigFile.of(Path.of("config.json"), config.toString());
      ModelFamilies.build(
          new ModelSource(file.values(), new CheckpointWeights(checkpoint)), Optional.empty());
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void tensorsWithARowForEachTokenAreKnown(Path folder) {
    JsonNode config = Json.read(folder.resolve(ConfigFile.NAME), 1 << 20);
    try (CheckpointFolder checkpoint = CheckpointFolder.open(folder)) {
      TokenTensors found =
          TokenTensors.find(checkpoint, Optional.of(config.get("model_type").asText()))
              .orElseThrow();
      assertEquals(config.get("vocab_size").intValue(), found.rows());
      boolean tied = config.get("tie_word_embeddings").booleanValue();
      boolean headBias = checkpoint.find("lm_head.bias").isPresent();
      assertEquals(tied ? 1 : headBias ? 3 : 2, found.all().size());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "phi3|{'attention_bias': false, 'mlp_bias': false, 'auto_map': {'AutoConfig': 'a.B'}}",
        "falcon|{'apply_residual_connection_post_layernorm': false, 'ff_factor': null}",
        "gptj|{'rotary': true, 'scale_attn_weights': true, 'summary_type': 'cls_index'}",
        "gpt-neox|{'rotary_pct': 0.25, 'rotary_emb_base': 10000}",
        "hunyuan|{'use_qk_norm': true, 'use_cla': false, 'cla_share_factor': 2, 'mlp_bias': false}",
        "starcoder2|{'mlp_type': 'default', 'norm_type': 'layer_norm'}",
        "exaone4-all-rotated|{'sliding_window_pattern': null, 'layer_types': null}",
        "opt|{'prefix': '</s>', 'init_std': 0.02, 'layerdrop': 0.1}",
        "stablelm|{'rotary_scaling_factor': 1.0}",
        "smollm3|{'max_window_layers': 28, 'pretraining_tp': 2}"
      })
  void harmlessKeysOfPublishedConfigsAreTaken(String fixture, String more) {
    assertDoesNotThrow(() -> build(fixture, more));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "falcon|alibi|true",
        "falcon|apply_residual_connection_post_layernorm|true",
        "falcon|num_ln_in_parallel_attn|2",
        "falcon-new-architecture|num_kv_heads|4",
        "falcon-new-architecture|parallel_attn|false",
        "falcon-new-architecture|num_ln_in_parallel_attn|3",
        "falcon-serial|num_kv_heads|2",
        "opt|do_layer_norm_before|false",
        "opt|word_embed_proj_dim|8",
        "opt|_remove_final_layer_norm|true",
        "cohere|use_qk_norm|true",
        "cohere2|use_parallel_block|false",
        "cohere2|use_gated_activation|false",
        "cohere2|position_embedding_type|'absolute'",
        "cohere2|rotary_pct|0.5",
        "cohere2|sliding_window|null",
        "stablelm|qk_layernorm|true",
        "stablelm|rotary_scaling_factor|2.0",
        "phi|qk_layernorm|true",
        "phi3|attention_bias|true",
        "phi3|lm_head_bias|true",
        "gptj|rotary|false",
        "gptj|rotary_dim|3",
        "gptj|rotary_dim|10",
        "hunyuan|use_qk_norm|false",
        "hunyuan|rope_parameters|{'rope_type': 'dynamic', 'alpha': 2, 'factor': 2}",
        "apertus|hidden_act|'silu'",
        "apertus|rope_parameters|null",
        "apertus|post_norm|true",
        "ministral3|rope_parameters|null",
        "exaone4|sliding_window_pattern|{'a': 1}",
        "smollm3|no_rope_layers|[1, 2, 1]",
        "smollm3|no_rope_layers|[1, 1]",
        "olmo|clip_qkv|-1",
        "olmo3|layer_types|['full_attention']",
        "starcoder2|norm_type|'rms_norm'",
        "granite|logits_scaling|0",
        "arcee|hidden_act|'relu6'",
        "glm4|partial_rotary_factor|true"
      })
  void valuesOfAnotherModelAreRefused(String fixture, String key, String value) {
    String clear = fixture.equals("exaone4") ? ", 'layer_types': null" : "";
    String message =
        assertThrows(
                AmalgamException.class,
                () -> build(fixture, "{'%s': %s%s}".formatted(key, value, clear)))
            .getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains("config.json"), message);
    assertTrue(message.contains(key) || message.contains("rope_scaling"), message);
  }

  @Test
  void asManyPositionsAsThereAreIntegersAreTooMany() {
    String message =
        assertThrows(
                AmalgamException.class,
                () -> build("opt", "{'max_position_embeddings': 2147483647}"))
            .getMessage();
    assertTrue(message.contains("embed_positions.weight"), message);
  }

  @Test
  void oddHeadsCannotBeRotatedInPairs() {
    String dynamic = "{'rope_type': 'dynamic', 'alpha': 2, 'factor': 1}";
    String message =
        assertThrows(
                AmalgamException.class,
                () -> build("hunyuan", "{'head_dim': 5, 'rope_parameters': " + dynamic + "}"))
            .getMessage();
    assertTrue(message.contains("heads of 5 values cannot be rotated in pairs"), message);
  }
}
