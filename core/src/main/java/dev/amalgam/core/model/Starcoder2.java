package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** StarCoder 2 (arXiv 2402.19173). */
final class Starcoder2 implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("starcoder2");
  }

  @Override
  public List<String> tokenTensors() {
    return LlamaParts.TOKEN_TENSORS;
  }

  @Override
  public Set<String> harmlessKeys() {
    return Set.of(
        "activation_function", "attention_softmax_in_fp32", "scale_attention_softmax_in_fp32");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    AttentionHeads heads = AttentionHeads.read(config);
    boolean bias = config.flag("use_bias", true);
    config.mustBe("mlp_type", "default");
    config.mustBe("norm_type", "layer_norm");
    NormForm norm = NormForm.layerNorm(config.positive("norm_epsilon", 1e-5));
    BlockForm block =
        new BlockForm(
            LlamaParts.NORMS_BEFORE,
            norm,
            LlamaParts.attention(heads, RotaryConfig.read(config, heads.size()), bias, bias)
                .withReach(AttentionReach.readUniform(config)),
            new MlpForm.Plain(
                LinearForm.of("mlp.c_fc").withBias(bias),
                LinearForm.of("mlp.c_proj").withBias(bias),
                config.count("intermediate_size"),
                ActivationNames.read(config, "hidden_act", "gelu_pytorch_tanh")));
    return LlamaParts.model(config, "Starcoder2ForCausalLM", norm, true, layer -> block)
        .build(source, head);
  }
}
