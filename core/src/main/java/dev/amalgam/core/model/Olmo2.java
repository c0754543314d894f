package dev.amalgam.core.model;

import dev.amalgam.core.layer.Rotary;
import dev.amalgam.core.model.AttentionForm.QueryKeyNorms;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** OLMo 2 (arXiv 2501.00656). */
final class Olmo2 implements ModelFamily {

  /** Norms of what attention and network give. */
  static final Arrangement NORMS_AFTER =
      new Arrangement.NormsAfter("post_attention_layernorm", "post_feedforward_layernorm");

  @Override
  public Set<String> types() {
    return Set.of("olmo2");
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
    NormForm.Rms norm = NormForm.rms(config.positive("rms_norm_eps", 1e-5));
    AttentionForm attention =
        attention(config, heads, norm, RotaryConfig.read(config, heads.size()));
    BlockForm block = new BlockForm(NORMS_AFTER, norm, attention, LlamaParts.mlp(config));
    return LlamaParts.model(config, "Olmo2ForCausalLM", norm, false, layer -> block)
        .build(source, head);
  }

  /** Returns attention whose queries and keys are normalised over all heads. */
  static AttentionForm attention(
      ModelConfig config, AttentionHeads heads, NormForm.Rms norm, Rotary rotary) {
    boolean bias = config.flag("attention_bias", false);
    return LlamaParts.attention(heads, rotary, bias, bias)
        .withNorms(
            new QueryKeyNorms(
                "self_attn.q_norm", "self_attn.k_norm", norm, QueryKeyNorms.Span.ALL_HEADS, false));
  }
}
