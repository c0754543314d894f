package dev.amalgam.core.model;

import dev.amalgam.core.layer.Scale;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Granite 3 without experts (IBM, 2024): Llama with four multipliers. */
final class Granite implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("granite");
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
    MlpForm mlp = LlamaParts.mlp(config).withBias(config.flag("mlp_bias", false));
    return model(config, "GraniteForCausalLM", mlp).build(source, head);
  }

  /** Returns a model with this network, and with Granite's multipliers. */
  static LanguageModel model(ModelConfig config, String architecture, MlpForm mlp) {
    AttentionHeads heads = AttentionHeads.read(config);
    boolean bias = config.flag("attention_bias", false);
    BlockForm block =
        new BlockForm(
            new Arrangement.ScaledBranches(
                LlamaParts.NORMS_BEFORE, config.positive("residual_multiplier", 1)),
            LlamaParts.norm(config),
            LlamaParts.attention(heads, RotaryConfig.read(config, heads.size()), bias, bias)
                .withScale(config.positive("attention_multiplier", 1)),
            mlp);
    LanguageModel model = LlamaParts.model(config, architecture, layer -> block);
    float logits = (float) (1 / config.positive("logits_scaling", 1));
    return model
        .withEmbedding(model.embedding().withScale(config.positive("embedding_multiplier", 1)))
        .withPrediction(model.prediction().withAfter(new Scale(logits)));
  }
}
