package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Qwen3 without experts (Yang et al., arXiv 2505.09388). */
final class Qwen3 implements ModelFamily {

  private static final int DEFAULT_FIRST_WINDOW = 28;
  private static final int DEFAULT_HEAD_SIZE = 128;

  @Override
  public Set<String> types() {
    return Set.of("qwen3");
  }

  @Override
  public List<String> tokenTensors() {
    return RotaryDecoder.TOKEN_TENSORS;
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    boolean attentionBias = config.flag("attention_bias", false);
    return new RotaryDecoder(
            config.count("head_dim", DEFAULT_HEAD_SIZE),
            attentionBias,
            attentionBias,
            false,
            true,
            AttentionWindows.read(
                config,
                config.flag("use_sliding_window", false),
                config.count("max_window_layers", DEFAULT_FIRST_WINDOW)),
            false)
        .build(source, "Qwen3ForCausalLM", head);
  }
}
