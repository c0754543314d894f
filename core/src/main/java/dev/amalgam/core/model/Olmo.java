package dev.amalgam.core.model;

import dev.amalgam.core.layer.Clip;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** OLMo (Groeneveld et al., arXiv 2402.00838): norms have no weights. */
final class Olmo implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("olmo");
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
    boolean bias = config.flag("attention_bias", false);
    NormForm norm = NormForm.layerNormAlone(1e-5);
    AttentionForm plain =
        LlamaParts.attention(heads, RotaryConfig.read(config, heads.size()), bias, bias);
    AttentionForm attention =
        config
            .positive("clip_qkv")
            .map(limit -> plain.withClip(new Clip(limit.floatValue())))
            .orElse(plain);
    BlockForm block =
        new BlockForm(LlamaParts.NORMS_BEFORE, norm, attention, LlamaParts.mlp(config));
    return LlamaParts.model(config, "OlmoForCausalLM", norm, false, layer -> block)
        .build(source, head);
  }
}
