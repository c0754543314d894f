package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** OLMoE (Muennighoff et al., arXiv 2409.02060). */
final class Olmoe implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("olmoe");
  }

  @Override
  public List<String> tokenTensors() {
    return LlamaParts.TOKEN_TENSORS;
  }

  @Override
  public Set<String> harmlessKeys() {
    return MixtureForm.HARMLESS_KEYS;
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    if (config.has("clip_qkv")) {
      throw config.unsupported("clip_qkv", "null");
    }
    AttentionHeads heads = AttentionHeads.read(config);
    boolean bias = config.flag("attention_bias", false);
    NormForm.Rms norm = NormForm.rms(config.positive("rms_norm_eps", 1e-5));
    AttentionForm attention =
        LlamaParts.attention(heads, RotaryConfig.read(config, heads.size()), bias, bias)
            .withNorms(
                new AttentionForm.QueryKeyNorms(
                    "self_attn.q_norm",
                    "self_attn.k_norm",
                    norm,
                    AttentionForm.QueryKeyNorms.Span.ALL_HEADS,
                    false));
    MlpForm mlp = QwenMoeParts.mixture(config, "intermediate_size");
    BlockForm block = new BlockForm(LlamaParts.NORMS_BEFORE, norm, attention, mlp);
    return LlamaParts.model(config, "OlmoeForCausalLM", norm, false, layer -> block)
        .build(source, head);
  }
}
