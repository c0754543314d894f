package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** Qwen1.5-MoE and Qwen2-MoE (Yang et al., arXiv 2407.10671). */
final class Qwen2Moe implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("qwen2_moe");
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
    IntFunction<AttentionForm.Reach> reach = AttentionReach.readEverySecond(config, 28);
    AttentionForm attention =
        LlamaParts.attention(
            heads, RotaryConfig.read(config, heads.size()), config.flag("qkv_bias", true), false);
    NormForm norm = LlamaParts.norm(config);
    MlpForm.Gated plain = LlamaParts.mlp(config);
    MlpForm mixture =
        new SharedExpertForm(
            QwenMoeParts.mixture(config, "moe_intermediate_size"),
            plain.under("mlp.shared_expert", config.count("shared_expert_intermediate_size")),
            LinearForm.of("mlp.shared_expert_gate"));
    IntFunction<MlpForm> networks = QwenMoeParts.networks(config, plain, mixture);
    return LlamaParts.model(
            config,
            "Qwen2MoeForCausalLM",
            layer ->
                new BlockForm(
                    LlamaParts.NORMS_BEFORE,
                    norm,
                    attention.withReach(reach.apply(layer)),
                    networks.apply(layer)))
        .build(source, head);
  }
}
