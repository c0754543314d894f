package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Mistral (Jiang et al., arXiv 2310.06825). */
final class Mistral implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("mistral");
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
            false,
            false,
            false,
            false,
            AttentionWindows.read(config, true, 0),
            false)
        .build(source, "MistralForCausalLM", head);
  }
}
