package dev.amalgam.core.model;

import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The keys that configs of all families may have and that do not change what a model computes:
 * names, versions, training and generation settings, where tokens are.
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
          "pruned_heads",
          "tie_encoder_decoder",
          "is_encoder_decoder",
          "cross_attention_hidden_size",
          "tf_legacy_loss",
          "use_bfloat16");

  private static final Predicate<String> PATTERNS =
      Pattern.compile("_.*|.*_token_id|.*_token_ids|.*dropout|.*_pdrop|.*_dropout_prob|unsloth.*")
          .asMatchPredicate();

  private HarmlessKeys() {}

  /** Returns whether a key is one of them. */
  static boolean contain(String key) {
    return NAMES.contains(key) || PATTERNS.test(key);
  }
}
