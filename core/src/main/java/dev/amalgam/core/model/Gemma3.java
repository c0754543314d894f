package dev.amalgam.core.model;

import dev.amalgam.core.layer.Rotary;
import dev.amalgam.core.layer.SoftCap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** The text model of Gemma 3 (Gemma Team, arXiv 2503.19786). */
final class Gemma3 implements ModelFamily {

  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";

  @Override
  public Set<String> types() {
    return Set.of("gemma3_text");
  }

  @Override
  public List<String> tokenTensors() {
    return LlamaParts.TOKEN_TENSORS;
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    AttentionHeads heads = GemmaParts.heads(config);
    IntFunction<AttentionForm.Reach> reach =
        AttentionReach.readAlternating(config, config.count("sliding_window_pattern", 6));
    Map<String, Rotary> rotations = rotations(config, heads.size());
    NormForm.Rms norm = GemmaParts.norm(config);
    AttentionForm full =
        GemmaParts.scaled(GemmaParts.attention(config, heads, rotations.get(FULL)), config)
            .withNorms(
                new AttentionForm.QueryKeyNorms("self_attn.q_norm", "self_attn.k_norm", norm));
    AttentionForm sliding = full.withRotary(rotations.get(SLIDING));
    MlpForm mlp = GemmaParts.mlp(config);
    IntFunction<AttentionForm> attention =
        layer -> {
          AttentionForm.Reach own = reach.apply(layer);
          return (own instanceof AttentionForm.Reach.Window ? sliding : full).withReach(own);
        };
    Optional<SoftCap> cap =
        config.positive("final_logit_softcapping").map(value -> new SoftCap(value.floatValue()));
    return GemmaParts.model(
            config,
            "Gemma3ForCausalLM",
            layer -> new BlockForm(GemmaParts.NORMS_AROUND, norm, attention.apply(layer), mlp),
            cap)
        .build(source, head);
  }

  /** Returns the rotations of layers with and without a window; scalings are of those without. */
  private static Map<String, Rotary> rotations(ModelConfig config, int headSize) {
    double global = config.positive("rope_theta", 1_000_000);
    double local = config.positive("rope_local_base_freq", 10_000);
    RotaryConfig rotary = RotaryConfig.of(config, headSize).withTheta(global);
    Optional<Map<String, Rotary>> each = rotary.readKinds(Map.of(FULL, global, SLIDING, local));
    if (each.isPresent()) {
      return each.get();
    }
    if (config.has("rope_parameters")) {
      throw config.unsupported("rope_parameters", "those of full_attention and sliding_attention");
    }
    return Map.of(FULL, rotary.read(), SLIDING, Rotary.of(headSize, local));
  }
}
