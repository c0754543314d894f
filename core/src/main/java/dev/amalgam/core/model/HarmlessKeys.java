package dev.amalgam.core.model;

import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The keys that configs of all families may have and that do not change what a model computes:
 * names, versions, training and generation settings, where tokens are; and switches in the position
 * in which transformers computes as if they were not there.
 */
final class HarmlessKeys {

  private static final Set<String> NAMES =
      Set.of(
          "architectures",
          "model_type",
          "torch_dtype",
          "dtype",
          "transformers_version",
          "auto_map",
          "initializer_range",
          "initializer_factor",
          "use_cache",
          "gradient_checkpointing",
          "output_attentions",
          "output_hidden_states",
          "return_dict",
          "return_dict_in_generate",
          "output_scores",
          "torchscript",
          "tokenizer_class",
          "prefix",
          "finetuning_task",
          "task_specific_params",
          "problem_type",
          "id2label",
          "label2id",
          "num_labels",
          "max_position_embeddings",
          "vocab_size",
          "classifier_dropout",
          // Generation.
          "do_sample",
          "temperature",
          "top_k",
          "top_p",
          "typical_p",
          "min_length",
          "max_length",
          "max_new_tokens",
          "num_beams",
          "num_beam_groups",
          "num_return_sequences",
          "diversity_penalty",
          "length_penalty",
          "repetition_penalty",
          "encoder_no_repeat_ngram_size",
          "no_repeat_ngram_size",
          "bad_words_ids",
          "suppress_tokens",
          "begin_suppress_tokens",
          "early_stopping",
          "exponential_decay_length_penalty",
          "remove_invalid_values",
          "forced_bos_token_id",
          "forced_eos_token_id",
          "chunk_size_feed_forward",
          "tie_encoder_decoder",
          "cross_attention_hidden_size",
          "tf_legacy_loss",
          "use_bfloat16",
          "encoder_repetition_penalty",
          "epsilon_cutoff",
          "eta_cutoff",
          "min_new_tokens",
          "min_p",
          "max_time",
          "num_assistant_tokens",
          "num_assistant_tokens_schedule",
          "output_logits",
          "penalty_alpha",
          "renormalize_logits",
          "stop_strings",
          "top_h",
          "cache_implementation",
          // Of other programs, and of older versions of transformers.
          "attn_implementation",
          "create_date",
          "language",
          "max_sequence_length",
          "model_max_length",
          "name",
          "output_past",
          "transformers.js_config",
          "xla_device");

  private static final Map<String, Object> VALUES =
      Map.of(
          "add_cross_attention", false,
          "is_decoder", false,
          "is_encoder_decoder", false,
          "is_llama_config", true,
          "pruned_heads", Map.of(),
          "rope_interleaved", false,
          "use_mrope", false,
          "use_sliding_window", false);

  private static final Predicate<String> PATTERNS =
      Pattern.compile("_.*|.*_token_id|.*_token_ids|.*dropout|.*_pdrop|.*_dropout_prob|unsloth.*")
          .asMatchPredicate();

  private HarmlessKeys() {}

  /** Returns whether a key with a value is one of them. */
  static boolean contain(String key, Object value) {
    return NAMES.contains(key) || PATTERNS.test(key) || value.equals(VALUES.get(key));
  }
}
