package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Llama 1, 2 and 3 (Touvron et al., arXiv 2302.13971 and 2307.09288; arXiv 2407.21783). */
final class Llama implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("llama");
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
            RotaryDecoder.headSize(config),
            attentionBias,
            attentionBias,
            config.flag("mlp_bias", false),
            false,
            layer -> Integer.MAX_VALUE,
            false)
        .build(source, "LlamaForCausalLM", head);
  }
}
