package dev.amalgam.core.model;

import dev.amalgam.core.layer.Rotary;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** ERNIE 4.5 without experts (Baidu, 2025): neighbouring values of a head are rotated. */
final class Ernie45 implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("ernie4_5");
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
    boolean bias = config.flag("use_bias", false);
    NormForm norm = NormForm.rms(config.positive("rms_norm_eps", 1e-5));
    Rotary rotary = RotaryConfig.of(config, heads.size()).withTheta(500_000).read().interleaved();
    BlockForm block =
        new BlockForm(
            LlamaParts.NORMS_BEFORE,
            norm,
            LlamaParts.attention(heads, rotary, bias, bias),
            LlamaParts.mlp(config).withBias(bias));
    return LlamaParts.model(config, "Ernie4_5ForCausalLM", norm, true, layer -> block)
        .build(source, head);
  }
}
