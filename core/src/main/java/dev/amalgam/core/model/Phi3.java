package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Phi-3 and Phi-4 (arXiv 2404.14219, 2412.08905): one map for queries, keys and values, and one for
 * gate and up.
 */
final class Phi3 implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("phi3");
  }

  @Override
  public List<String> tokenTensors() {
    return LlamaParts.TOKEN_TENSORS;
  }

  @Override
  public Set<String> harmlessKeys() {
    return Set.of("full_attn_mod", "interpolate_factor", "original_max_position_embeddings");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    for (String key : List.of("attention_bias", "mlp_bias", "lm_head_bias")) {
      config.mustBe(key, false);
    }
    AttentionHeads heads = AttentionHeads.read(config);
    NormForm norm = NormForm.rms(config.positive("rms_norm_eps", 1e-5));
    AttentionForm attention =
        AttentionForm.of(
                heads, LinearForm.all("self_attn.qkv_proj"), LinearForm.of("self_attn.o_proj"))
            .withRotary(RotaryConfig.of(config, heads.size()).withShare(1).read())
            .withReach(AttentionReach.readUniform(config));
    BlockForm block =
        new BlockForm(LlamaParts.NORMS_BEFORE, norm, attention, LlamaParts.mlpOfOneMap(config));
    return LlamaParts.model(config, "Phi3ForCausalLM", norm, false, layer -> block)
        .build(source, head);
  }
}
