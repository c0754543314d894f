package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** SmolLM3 (Hugging Face, 2025): layers without positions (arXiv 2305.19466) among Llama's. */
final class SmolLm3 implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("smollm3");
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
    AttentionForm attention =
        LlamaParts.attention(
            heads, RotaryConfig.of(config, heads.size()).withTheta(2_000_000).read(), bias, bias);
    IntPredicate rotated = rotated(config);
    IntFunction<AttentionForm.Reach> reach = reach(config, rotated);
    NormForm norm = LlamaParts.norm(config);
    MlpForm mlp = LlamaParts.mlp(config).withBias(config.flag("mlp_bias", false));
    return LlamaParts.model(
            config,
            "SmolLM3ForCausalLM",
            norm,
            true,
            layer ->
                new BlockForm(
                    LlamaParts.NORMS_BEFORE,
                    norm,
                    (rotated.test(layer) ? attention : attention.withoutRotary())
                        .withReach(reach.apply(layer)),
                    mlp))
        .build(source, head);
  }

  private static IntPredicate rotated(ModelConfig config) {
    int every = config.count("no_rope_layer_interval", 4);
    int layers = config.count("num_hidden_layers");
    return config
        .flags("no_rope_layers", layers)
        .<IntPredicate>map(listed -> listed::get)
        .orElse(layer -> (layer + 1) % every != 0);
  }

  // Without a list, windows are where there are no positions.
  private static IntFunction<AttentionForm.Reach> reach(ModelConfig config, IntPredicate rotated) {
    if (!config.flag("use_sliding_window", false)) {
      config.has("layer_types");
      config.has("sliding_window");
      return layer -> new AttentionForm.Reach.Past();
    }
    IntFunction<AttentionForm.Reach> listed = AttentionReach.read(config);
    return config.has("layer_types")
        ? listed
        : layer -> rotated.test(layer) ? new AttentionForm.Reach.Past() : listed.apply(layer);
  }
}
