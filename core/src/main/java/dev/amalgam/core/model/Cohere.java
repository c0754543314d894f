package dev.amalgam.core.model;

import dev.amalgam.core.layer.Rotary;
import dev.amalgam.core.layer.Scale;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** Command R (Cohere, 2024): attention and network side by side. */
final class Cohere implements ModelFamily {

  /** One norm for both. */
  static final Arrangement NORM_BEFORE = new Arrangement.ParallelWithOneNorm("input_layernorm");

  @Override
  public Set<String> types() {
    return Set.of("cohere");
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
    config.mustBe("use_qk_norm", false);
    AttentionHeads heads = AttentionHeads.read(config);
    Rotary rotary = RotaryConfig.of(config, heads.size()).withTheta(500_000).read().interleaved();
    AttentionForm attention = attention(config, heads, rotary);
    MlpForm mlp = LlamaParts.mlp(config);
    NormForm norm = norm(config);
    return model(
            config, "CohereForCausalLM", layer -> new BlockForm(NORM_BEFORE, norm, attention, mlp))
        .build(source, head);
  }

  /** Returns attention with biases everywhere, or nowhere. */
  static AttentionForm attention(ModelConfig config, AttentionHeads heads, Rotary rotary) {
    boolean bias = config.flag("attention_bias", false);
    return LlamaParts.attention(heads, rotary, bias, bias);
  }

  /** Returns LayerNorm without bias. */
  static NormForm norm(ModelConfig config) {
    return NormForm.layerNormWithoutBias(config.positive("layer_norm_eps", 1e-5));
  }

  /** Returns a model of such layers, its logits multiplied by {@code logit_scale}. */
  static LanguageModel model(ModelConfig config, String architecture, IntFunction<BlockForm> form) {
    LanguageModel model = LlamaParts.model(config, architecture, norm(config), true, form);
    Scale scale = new Scale((float) config.positive("logit_scale", 0.0625));
    return model.withPrediction(model.prediction().withAfter(scale));
  }
}
