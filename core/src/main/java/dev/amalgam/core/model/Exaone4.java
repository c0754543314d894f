package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** EXAONE 4 (arXiv 2507.11407): layers without a window have no positions. */
final class Exaone4 implements ModelFamily {

  private static final String PATTERN = "sliding_window_pattern";

  @Override
  public Set<String> types() {
    return Set.of("exaone4");
  }

  @Override
  public List<String> tokenTensors() {
    return LlamaParts.TOKEN_TENSORS;
  }

  @Override
  public Set<String> harmlessKeys() {
    return Set.of("pretraining_tp", PATTERN);
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    AttentionHeads heads = AttentionHeads.read(config);
    NormForm.Rms norm = NormForm.rms(config.positive("rms_norm_eps", 1e-5));
    AttentionForm attention =
        LlamaParts.attention(heads, RotaryConfig.read(config, heads.size()), false, false)
            .withNorms(
                new AttentionForm.QueryKeyNorms("self_attn.q_norm", "self_attn.k_norm", norm));
    boolean windows = config.nullableCount("sliding_window", 4096).isPresent();
    IntFunction<AttentionForm.Reach> reach = reach(config, windows);
    MlpForm mlp = LlamaParts.mlp(config);
    return LlamaParts.model(
            config,
            "Exaone4ForCausalLM",
            norm,
            false,
            layer -> {
              AttentionForm.Reach own = reach.apply(layer);
              boolean rotated = !windows || own instanceof AttentionForm.Reach.Window;
              return new BlockForm(
                  Olmo2.NORMS_AFTER,
                  norm,
                  (rotated ? attention : attention.withoutRotary()).withReach(own),
                  mlp);
            })
        .build(source, head);
  }

  // A list says it all; the pattern beside it may be a text.
  private static IntFunction<AttentionForm.Reach> reach(ModelConfig config, boolean windows) {
    if (!windows) {
      return AttentionReach.read(config);
    }
    boolean listed = config.has("layer_types");
    return AttentionReach.readAlternating(config, listed ? 1 : config.count(PATTERN, 4));
  }
}
