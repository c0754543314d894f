package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Qwen2 and Qwen2.5 (Yang et al., arXiv 2407.10671 and 2412.15115). */
final class Qwen2 implements ModelFamily {

  private static final int DEFAULT_FIRST_WINDOW = 28;

  @Override
  public Set<String> types() {
    return Set.of("qwen2");
  }

  @Override
  public List<String> tokenTensors() {
    return RotaryDecoder.TOKEN_TENSORS;
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    return new RotaryDecoder(
            RotaryDecoder.headSize(config),
            true,
            false,
            false,
            false,
            AttentionWindows.read(
                config,
                config.flag("use_sliding_window", false),
                config.count("max_window_layers", DEFAULT_FIRST_WINDOW)),
            false)
        .build(source, "Qwen2ForCausalLM", head);
  }
}
