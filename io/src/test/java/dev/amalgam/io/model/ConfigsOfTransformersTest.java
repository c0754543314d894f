package dev.amalgam.io.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.AmalgamException;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelFamilies;
import dev.amalgam.core.model.ModelSource;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import dev.amalgam.io.config.ConfigFile;
import dev.amalgam.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys that transformers' config classes have, and that published configs have besides. */
class ConfigsOfTransformersTest {

  private static final Path DEFAULTS = Path.of("src/test/resources/configs/defaults.json");

  /** Keys of no consequence for what a model computes, whatever their value. */
  private static final Set<String> HARMLESS =
      Set.of(
          "_name_or_path",
          // Of a family that lists its layers beside it.
          "_sliding_window_pattern",
          "attention_dropout",
          "attention_probs_dropout_prob",
          "attn_pdrop",
          "bos_token_id",
          "chunk_size_feed_forward",
          "classifier_dropout",
          "dtype",
          "embd_pdrop",
          "eos_token_id",
          "hidden_dropout_prob",
          "id2label",
          "initializer_range",
          "label2id",
          "output_attentions",
          "output_hidden_states",
          "pretraining_tp",
          "problem_type",
          "reorder_and_upcast_attn",
          "resid_pdrop",
          "return_dict",
          "summary_activation",
          "summary_first_dropout",
          "summary_proj_to_labels",
          "summary_type",
          "summary_use_proj",
          "transformers_version",
          "use_cache");

  /** Keys of which another value makes another model that runs too. */
  private static final Set<String> SUPPORTED =
      Set.of(
          "attn_logit_softcapping",
          "final_logit_softcapping",
          "layer_norm_eps",
          "layer_norm_epsilon",
          "max_position_embeddings",
          "max_window_layers",
          "pad_token_id",
          "query_pre_attn_scalar",
          "rms_norm_eps",
          "scale_attn_by_inverse_layer_idx",
          "scale_attn_weights",
          "sliding_window",
          "tie_word_embeddings",
          "use_sliding_window");

  private record Shapes(Map<String, Shape> shapes) implements Weights {

    private record Named(String name, Shape shape) implements Weight {
      /** Leaves the target as it is: of a head and an embedding, all that is read here. */
      @Override
      public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {}
    }

    @Override
    public String name() {
      return "model";
    }

    @Override
    public Collection<String> names() {
      return shapes.keySet();
    }

    @Override
    public Optional<Weight> find(String tensor) {
      return Optional.ofNullable(shapes.get(tensor)).map(shape -> new Named(tensor, shape));
    }
  }

  private static ObjectNode family(String name) throws IOException {
    return (ObjectNode) Json.parseObject(DEFAULTS, Files.readString(DEFAULTS)).get(name);
  }

  private static Model build(ObjectNode family) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> tensor : family.get("shapes").properties()) {
      long[] dimensions = new long[tensor.getValue().size()];
      for (int i = 0; i < dimensions.length; i++) {
        dimensions[i] = tensor.getValue().get(i).longValue();
      }
      shapes.put(tensor.getKey(), Shape.of(dimensions));
    }
    ConfigFile config = ConfigFile.of(Path.of("config.json"), family.get("config").toString());
    return ModelFamilies.build(
        new ModelSource(config.values(), new Shapes(shapes)), Optional.empty());
  }

  private static Model buildWith(String family, String more) throws IOException {
    ObjectNode changed = family(family);
    changed.withObject("config").setAll(Json.parseObject(Path.of("more"), more.replace('\'', '"')));
    return build(changed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "mistral",
        "qwen2",
        "qwen3",
        "gemma",
        "gemma2",
        "gemma3_text",
        "gpt2",
        "bert",
        "roberta"
      })
  void aConfigWithEveryDefaultWrittenOutBuilds(String name) throws IOException {
    assertEquals(1, build(family(name)).layers().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "mistral",
        "qwen2",
        "qwen3",
        "gemma",
        "gemma2",
        "gemma3_text",
        "gpt2",
        "bert",
        "roberta"
      })
  void whatOlderVersionsWriteOutInEveryConfigBuilds(String name) throws IOException {
    String older =
        """
        {'torch_dtype': 'float32', 'torchscript': false, 'use_bfloat16': false, 'is_decoder': false,
         'tf_legacy_loss': false, 'pruned_heads': {}, 'tie_encoder_decoder': false, 'prefix': null,
         'cross_attention_hidden_size': null, 'add_cross_attention': false, 'max_length': 20,
         'min_length': 0, 'do_sample': false, 'early_stopping': false, 'num_beams': 1,
         'num_beam_groups': 1, 'diversity_penalty': 0.0, 'temperature': 1.0, 'top_k': 50,
         'top_p': 1.0, 'typical_p': 1.0, 'repetition_penalty': 1.0, 'length_penalty': 1.0,
         'no_repeat_ngram_size': 0, 'encoder_no_repeat_ngram_size': 0, 'bad_words_ids': null,
         'num_return_sequences': 1, 'output_scores': false, 'return_dict_in_generate': false,
         'forced_bos_token_id': null, 'forced_eos_token_id': null, 'remove_invalid_values': false,
         'exponential_decay_length_penalty': null, 'suppress_tokens': null,
         'begin_suppress_tokens': null, 'finetuning_task': null, 'tokenizer_class': null,
         'sep_token_id': null, 'decoder_start_token_id': null, 'task_specific_params': null}
        """;
    assertEquals(1, buildWith(name, older).layers().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "mistral",
        "qwen2",
        "qwen3",
        "gemma",
        "gemma2",
        "gemma3_text",
        "gpt2",
        "bert",
        "roberta"
      })
  void anotherValueThanTheDefaultIsRefusedUnlessItIsHarmlessOrSupported(String name)
      throws IOException {
    Set<String> taken = new TreeSet<>();
    for (String key : family(name).get("config").propertyStream().map(Map.Entry::getKey).toList()) {
      ObjectNode changed = family(name);
      ObjectNode config = changed.withObject("config");
      config.set(key, telling(config.get(key)));
      try {
        build(changed);
        taken.add(key);
      } catch (AmalgamException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      }
    }
    taken.removeAll(HARMLESS);
    taken.removeAll(SUPPORTED);
    assertEquals(Set.of(), taken);
  }

  private static JsonNode telling(JsonNode value) {
    String other =
        switch (value.getNodeType()) {
          case BOOLEAN -> value.booleanValue() ? "false" : "true";
          case NUMBER -> Double.toString(value.doubleValue() + 1);
          case ARRAY -> "[\"telling\"]";
          case OBJECT -> "{\"telling\": 1}";
          default -> "\"telling\"";
        };
    return Json.parseObject(DEFAULTS, "{\"it\": " + other + "}").get("it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "qwen2|{'use_mrope': false}",
        "qwen2|{'max_window_layers': 0}",
        "qwen3|{'max_window_layers': 0, 'use_sliding_window': true, 'layer_types': null}",
        "gemma|{'hidden_act': 'gelu', 'hidden_activation': null}",
        "gemma|{'hidden_act': 'gelu', 'hidden_activation': 'gelu_pytorch_tanh'}",
        "gemma2|{'hidden_act': 'gelu_pytorch_tanh', 'sliding_window_size': 4096,"
            + " 'cache_implementation': 'hybrid', 'attn_logit_softcapping': null}",
        "gemma3_text|{'rope_parameters': null, 'rope_theta': 1000000.0, 'rope_local_base_freq':"
            + " 10000.0, 'rope_scaling': null, 'layer_types': null, 'sliding_window_pattern': 6}",
        "llama|{'is_llama_config': true, 'rope_interleaved': false}",
        "llama|{'use_sliding_window': false, 'max_sequence_length': 2048}",
        "llama|{'transformers.js_config': {'kv_cache_dtype': {'q4f16': 'float16'}}}",
        "llama|{'rope_scaling': {'type': 'linear', 'factor': 2.0,"
            + " 'original_max_position_embeddings': 8}, 'rope_parameters': null}",
        "gpt2|{'n_ctx': 1024, 'output_past': true, 'gradient_checkpointing': false}",
        "bert|{'directionality': 'bidi', 'pooler_fc_size': 768, 'pooler_num_attention_heads': 12,"
            + " 'pooler_num_fc_layers': 3, 'pooler_size_per_head': 128, 'pooler_type':"
            + " 'first_token_transform'}",
        "bert|{'position_embedding_type': 'absolute', 'language': 'english', 'name': 'Bert'}",
        "roberta|{'create_date': '2020', 'eos_token_ids': 0, 'output_past': true}"
      })
  void harmlessKeysOfPublishedConfigsAreTaken(String family, String keys) {
    assertDoesNotThrow(() -> buildWith(family, keys));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "qwen2|use_mrope|true",
        "llama|rope_interleaved|true",
        "llama|is_llama_config|false",
        "llama|use_sliding_window|true",
        "llama|pruned_heads|{'0': [1]}",
        "llama|dual_chunk_attention_config|{'chunk_size': 4}",
        "mistral|is_encoder_decoder|true",
        "mistral|attention_multiplier|0.5",
        "gemma|hidden_activation|'gelu'",
        "gemma2|use_bidirectional_attention|true",
        "gemma2|sliding_window|null",
        "gemma3_text|use_bidirectional_attention|true",
        "gemma3_text|attn_logit_softcapping|50.0",
        "gemma3_text|rope_parameters|{'rope_type': 'linear', 'factor': 8.0}",
        "gemma3_text|rope_parameters|{'full_attention': {'rope_type': 'x'}}",
        "gemma3_text|rope_parameters|{'full_attention': {}, 'sliding_attention': {}, 'factor': 2}",
        "gpt2|position_embedding_type|'rotary'",
        "bert|position_embedding_type|'relative_key'",
        "bert|is_decoder|true",
        "roberta|embedding_size|64"
      })
  void theSameKeysAndUnknownOnesWithTellingValuesAreRefused(
      String family, String key, String value) {
    String message =
        assertThrows(
                AmalgamException.class, () -> buildWith(family, "{'%s': %s}".formatted(key, value)))
            .getMessage();
    assertTrue(message.contains("config.json") && message.contains(key), message);
  }
}
