package dev.amalgam.core.model;

import dev.amalgam.core.layer.Rotary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** OLMo 3 (arXiv 2512.13961): OLMo 2 with windows, beyond which rotations are scaled. */
final class Olmo3 implements ModelFamily {

  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";
  private static final double THETA = 500_000;

  @Override
  public Set<String> types() {
    return Set.of("olmo3");
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
    NormForm.Rms norm = NormForm.rms(config.positive("rms_norm_eps", 1e-5));
    IntFunction<AttentionForm.Reach> reach = AttentionReach.readAlternating(config, 4);
    Map<String, Rotary> rotations = rotations(config, heads.size());
    AttentionForm full = Olmo2.attention(config, heads, norm, rotations.get(FULL));
    AttentionForm sliding = full.withRotary(rotations.get(SLIDING));
    MlpForm mlp = LlamaParts.mlp(config);
    return LlamaParts.model(
            config,
            "Olmo3ForCausalLM",
            norm,
            false,
            layer -> {
              AttentionForm.Reach own = reach.apply(layer);
              AttentionForm attention = own instanceof AttentionForm.Reach.Window ? sliding : full;
              return new BlockForm(Olmo2.NORMS_AFTER, norm, attention.withReach(own), mlp);
            })
        .build(source, head);
  }

  // Where there are not two, all layers have the base, and the scaling is of those without window;
  // as transformers has it, so is the base that the older form of a config gives.
  private static Map<String, Rotary> rotations(ModelConfig config, int headSize) {
    RotaryConfig reader = RotaryConfig.of(config, headSize).withTheta(THETA);
    return reader
        .readKinds(Map.of(FULL, THETA, SLIDING, THETA))
        .orElseGet(() -> Map.of(FULL, reader.read(), SLIDING, Rotary.of(headSize, THETA)));
  }
}
