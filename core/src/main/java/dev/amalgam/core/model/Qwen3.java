package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** Qwen3 without experts (Yang et al., arXiv 2505.09388). */
final class Qwen3 implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("qwen3");
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
    AttentionHeads heads = AttentionHeads.read(config, 128);
    IntFunction<AttentionForm.Reach> reach = AttentionReach.readSwitched(config, 28);
    boolean attentionBias = config.flag("attention_bias", false);
    NormForm.Rms norm = LlamaParts.norm(config);
    AttentionForm attention =
        LlamaParts.attention(
                heads, RotaryConfig.read(config, heads.size()), attentionBias, attentionBias)
            .withNorms(
                new AttentionForm.QueryKeyNorms("self_attn.q_norm", "self_attn.k_norm", norm));
    MlpForm mlp = LlamaParts.mlp(config);
    return LlamaParts.model(
            config,
            "Qwen3ForCausalLM",
            layer ->
                new BlockForm(
                    LlamaParts.NORMS_BEFORE, norm, attention.withReach(reach.apply(layer)), mlp))
        .build(source, head);
  }
}
