package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Arcee's AFM (2025): Llama with a squared ReLU and no gate. */
final class Arcee implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("arcee");
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
    NormForm norm = NormForm.rms(config.positive("rms_norm_eps", 1e-5));
    boolean mlpBias = config.flag("mlp_bias", false);
    BlockForm block =
        new BlockForm(
            LlamaParts.NORMS_BEFORE,
            norm,
            LlamaParts.attention(heads, RotaryConfig.read(config, heads.size()), bias, bias),
            new MlpForm.Plain(
                LinearForm.of("mlp.up_proj").withBias(mlpBias),
                LinearForm.of("mlp.down_proj").withBias(mlpBias),
                config.count("intermediate_size"),
                ActivationNames.read(config, "hidden_act", "relu2")));
    return LlamaParts.model(config, "ArceeForCausalLM", norm, false, layer -> block)
        .build(source, head);
  }
}
