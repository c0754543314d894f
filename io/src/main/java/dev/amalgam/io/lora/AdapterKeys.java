package dev.amalgam.io.lora;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.tensor.CheckpointException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The keys of {@code adapter_config.json}, as PEFT 0.21 and before write it: those that change what
 * is computed and are not supported, and those of which nothing needs to be known.
 */
final class AdapterKeys {

  /** Settings that change what is computed, and what they are. */
  private static final Map<String, String> UNSUPPORTED =
      Map.ofEntries(
          Map.entry("use_dora", "DoRA"),
          Map.entry("lora_bias", "a bias of the low-rank layers"),
          Map.entry("layer_replication", "a model with repeated layers"),
          Map.entry("use_qalora", "QALoRA"),
          Map.entry("use_bdlora", "block-diagonal LoRA"),
          Map.entry("alora_invocation_tokens", "activated LoRA"),
          Map.entry("trainable_token_indices", "an adapter of single trained tokens"),
          Map.entry("target_parameters", "an adapter of parameters that are no modules"),
          Map.entry("arrow_config", "Arrow"),
          Map.entry("kasa_config", "KaSA"),
          Map.entry("monteclora_config", "MonteCLoRA"));

  private static final Set<String> READ =
      Set.of(
          "peft_type",
          "r",
          "lora_alpha",
          "use_rslora",
          "rank_pattern",
          "alpha_pattern",
          "fan_in_fan_out",
          "modules_to_save",
          "bias",
          "init_lora_weights",
          "ensure_weight_tying");

  private static final Set<String> HARMLESS =
      Set.of(
          // Names and versions.
          "task_type",
          "auto_mapping",
          "peft_version",
          "base_model_name_or_path",
          "revision",
          "inference_mode",
          // Which modules are adapted: the tensors say that.
          "target_modules",
          "exclude_modules",
          "layers_to_transform",
          "layers_pattern",
          "enable_lora",
          // Training, and where what runs.
          "lora_dropout",
          "megatron_config",
          "megatron_core",
          "runtime_config",
          "merge_weights",
          "velora_config",
          // How the factors began; where that changed the base too, init_lora_weights says it.
          "loftq_config",
          "eva_config",
          "corda_config",
          "lora_ga_config",
          // Only where use_qalora is set.
          "qalora_group_size");

  /** Initialisations that change the base too, which the adapter's files do not say. */
  private static final List<String> CHANGE_BASE =
      List.of("pissa", "corda", "olora", "loftq", "lora_ga");

  private static final List<String> BIASES = List.of("none", "all", "lora_only");

  private AdapterKeys() {}

  /**
   * Checks that nothing is set that changes what is computed and is not supported, or that may:
   * what is not known, and is not null, false or empty.
   *
   * @throws CheckpointException naming file, key, value and cure
   */
  static void check(Path file, ObjectNode config) {
    config
        .properties()
        .forEach(
            entry -> {
              String key = entry.getKey();
              if (!READ.contains(key) && !HARMLESS.contains(key) && isSet(entry.getValue())) {
                throw refuse(file, key, entry.getValue());
              }
            });
    checkInitialization(file, config.path("init_lora_weights"));
    String bias = config.path("bias").asText("none");
    if (!BIASES.contains(bias)) {
      throw new CheckpointException(
          "%s: bias is %s, which is none of %s; the file is damaged"
              .formatted(quote(file.toString()), quote(bias), String.join(", ", BIASES)));
    }
  }

  private static CheckpointException refuse(Path file, String key, JsonNode value) {
    String what = UNSUPPORTED.get(key);
    return new CheckpointException(
        what == null
            ? "%s: key %s is %s, which this version does not know; merge the adapter into its base with PEFT (merge_and_unload), or remove the key if it does not change what the adapter computes"
                .formatted(quote(file.toString()), quote(key), quote(value.toString()))
            : "%s: %s is %s, and %s is not supported; merge the adapter into its base with PEFT (merge_and_unload)"
                .formatted(quote(file.toString()), key, quote(value.toString()), what));
  }

  private static void checkInitialization(Path file, JsonNode initialization) {
    String word = initialization.asText("").toLowerCase(Locale.ROOT);
    if (CHANGE_BASE.stream().anyMatch(word::startsWith)) {
      throw new CheckpointException(
          "%s: init_lora_weights is %s, which changes the base as well; save the adapter with path_initial_model_for_weight_conversion, or merge it with PEFT (merge_and_unload)"
              .formatted(quote(file.toString()), quote(word)));
    }
  }

  private static boolean isSet(JsonNode value) {
    return !value.isNull()
        && !(value.isBoolean() && !value.booleanValue())
        && !(value.isContainerNode() && value.isEmpty());
  }
}
