package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Seed-OSS (ByteDance, 2025). */
final class SeedOss implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("seed_oss");
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
    BlockForm block =
        new BlockForm(
            LlamaParts.NORMS_BEFORE,
            LlamaParts.norm(config),
            LlamaParts.attention(
                heads,
                RotaryConfig.read(config, heads.size()),
                config.flag("attention_bias", true),
                config.flag("attention_out_bias", false)),
            LlamaParts.mlp(config).withBias(config.flag("mlp_bias", false)));
    return LlamaParts.model(config, "SeedOssForCausalLM", layer -> block).build(source, head);
  }
}
