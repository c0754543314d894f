package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** Qwen3 with experts (Yang et al., arXiv 2505.09388). */
final class Qwen3Moe implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("qwen3_moe");
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
    AttentionHeads heads = AttentionHeads.read(config);
    boolean bias = config.flag("attention_bias", false);
    NormForm.Rms norm = LlamaParts.norm(config);
    AttentionForm attention =
        LlamaParts.attention(heads, RotaryConfig.read(config, heads.size()), bias, bias)
            .withNorms(
                new AttentionForm.QueryKeyNorms("self_attn.q_norm", "self_attn.k_norm", norm))
            .withReach(AttentionReach.readUniformSwitched(config));
    IntFunction<MlpForm> networks =
        QwenMoeParts.networks(
            config, LlamaParts.mlp(config), QwenMoeParts.mixture(config, "moe_intermediate_size"));
    return LlamaParts.model(
            config,
            "Qwen3MoeForCausalLM",
            layer -> new BlockForm(LlamaParts.NORMS_BEFORE, norm, attention, networks.apply(layer)))
        .build(source, head);
  }
}
