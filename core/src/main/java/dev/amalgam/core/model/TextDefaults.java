package dev.amalgam.core.model;

import java.util.Map;
import java.util.TreeMap;

/**
 * What transformers takes for values that are absent from a {@code text_config}: it leaves out of
 * such a part what is as in the class of the config. Only what families of text models ask for.
 */
final class TextDefaults {

  private static final Map<String, Map<String, Object>> BY_TYPE =
      Map.of(
          "llama", sizes(32_000, 4096, 11_008, 32, 32, 32, 2048),
          "mistral", sizes(32_000, 4096, 14_336, 32, 32, 8, 131_072),
          "qwen2", sizes(151_936, 4096, 22_016, 32, 32, 32, 32_768),
          "qwen3", sizes(151_936, 4096, 22_016, 32, 32, 32, 32_768),
          "gemma", sizes(256_000, 3072, 24_576, 28, 16, 16, 8192),
          "gemma2", sizes(256_000, 2304, 9216, 26, 8, 4, 8192),
          "gemma3_text", sizes(262_208, 2304, 9216, 26, 8, 4, 131_072),
          "qwen2_vl_text", qwen2(),
          "qwen2_5_vl_text", qwen2(),
          "qwen3_vl_text",
              with(
                  sizes(151_936, 4096, 22_016, 32, 32, 32, 128_000),
                  Map.of("rope_theta", 500_000.0)));

  private TextDefaults() {}

  /** Returns the defaults of a text model by its {@code model_type}; none, if it is not known. */
  static Map<String, Object> of(String type) {
    return BY_TYPE.getOrDefault(type, Map.of());
  }

  private static Map<String, Object> qwen2() {
    return with(
        sizes(152_064, 8192, 29_568, 80, 64, 8, 32_768),
        Map.of("rms_norm_eps", 1e-5, "rope_theta", 1_000_000.0, "max_window_layers", 80));
  }

  private static Map<String, Object> sizes(
      int vocabulary,
      int hidden,
      int intermediate,
      int layers,
      int heads,
      int keyHeads,
      int positions) {
    return Map.of(
        "vocab_size", vocabulary,
        "hidden_size", hidden,
        "intermediate_size", intermediate,
        "num_hidden_layers", layers,
        "num_attention_heads", heads,
        "num_key_value_heads", keyHeads,
        "max_position_embeddings", positions);
  }

  private static Map<String, Object> with(Map<String, Object> some, Map<String, Object> more) {
    Map<String, Object> all = new TreeMap<>(some);
    all.putAll(more);
    return Map.copyOf(all);
  }
}
