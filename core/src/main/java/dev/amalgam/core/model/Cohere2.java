package dev.amalgam.core.model;

import dev.amalgam.core.layer.Rotary;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Command R7B and Command A (Cohere, arXiv 2504.00698): layers without a window have no positions.
 */
final class Cohere2 implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("cohere2");
  }

  @Override
  public List<String> tokenTensors() {
    return LlamaParts.TOKEN_TENSORS;
  }

  @Override
  public Set<String> harmlessKeys() {
    return Set.of(
        "layer_switch",
        "order_of_interleaved_layers",
        "use_embedding_sharing",
        "use_parallel_embedding");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    config.mustBe("position_embedding_type", "rope_gptj");
    config.mustBe("rotary_pct", 1);
    config.mustBe("use_gated_activation", true);
    config.mustBe("use_parallel_block", true);
    AttentionHeads heads = AttentionHeads.read(config);
    Rotary rotary = RotaryConfig.read(config, heads.size()).interleaved();
    AttentionForm attention = Cohere.attention(config, heads, rotary);
    IntFunction<AttentionForm.Reach> reach =
        AttentionReach.readAlternating(config, config.count("sliding_window_pattern", 4));
    MlpForm mlp = LlamaParts.mlp(config);
    NormForm norm = Cohere.norm(config);
    return Cohere.model(
            config,
            "Cohere2ForCausalLM",
            layer -> {
              AttentionForm.Reach own = reach.apply(layer);
              boolean rotated = own instanceof AttentionForm.Reach.Window;
              return new BlockForm(
                  Cohere.NORM_BEFORE,
                  norm,
                  (rotated ? attention : attention.withoutRotary()).withReach(own),
                  mlp);
            })
        .build(source, head);
  }
}
