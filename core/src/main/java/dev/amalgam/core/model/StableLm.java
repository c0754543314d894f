package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** StableLM 3B and StableLM 2 (arXiv 2402.17834). */
final class StableLm implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("stablelm");
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
    config.mustBe("qk_layernorm", false);
    config.mustBe("rotary_scaling_factor", 1);
    AttentionHeads heads = AttentionHeads.read(config);
    NormForm norm = NormForm.layerNorm(config.positive("layer_norm_eps", 1e-5));
    Arrangement arrangement =
        config.flag("use_parallel_residual", false)
            ? new Arrangement.ParallelWithOneNorm("input_layernorm")
            : LlamaParts.NORMS_BEFORE;
    AttentionForm attention =
        LlamaParts.attention(
            heads,
            RotaryConfig.of(config, heads.size()).withShare(0.25).read(),
            config.flag("use_qkv_bias", false),
            false);
    BlockForm block = new BlockForm(arrangement, norm, attention, LlamaParts.mlp(config));
    return LlamaParts.model(config, "StableLmForCausalLM", norm, false, layer -> block)
        .build(source, head);
  }
}
