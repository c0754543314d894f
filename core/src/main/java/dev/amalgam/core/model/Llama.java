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
    return LlamaParts.TOKEN_TENSORS;
  }

  @Override
  public Set<String> harmlessKeys() {
    return LlamaParts.HARMLESS_KEYS;
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    AttentionHeads heads = AttentionHeads.read(config);
    boolean attentionBias = config.flag("attention_bias", false);
    BlockForm block =
        new BlockForm(
            LlamaParts.NORMS_BEFORE,
            LlamaParts.norm(config),
            LlamaParts.attention(
                heads, RotaryConfig.read(config, heads.size()), attentionBias, attentionBias),
            LlamaParts.mlp(config).withBias(config.flag("mlp_bias", false)));
    return LlamaParts.model(config, "LlamaForCausalLM", layer -> block).build(source, head);
  }
}
