package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** Gemma 2 (Gemma Team, arXiv 2408.00118). */
final class Gemma2 implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("gemma2");
  }

  @Override
  public List<String> tokenTensors() {
    return LlamaParts.TOKEN_TENSORS;
  }

  /** The activation by its older key, and the window by another program's. */
  @Override
  public Set<String> harmlessKeys() {
    return Set.of("hidden_act", "sliding_window_size");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    AttentionHeads heads = GemmaParts.heads(config);
    IntFunction<AttentionForm.Reach> reach = AttentionReach.readAlternating(config, 2);
    AttentionForm plain =
        GemmaParts.scaled(
            GemmaParts.attention(config, heads, RotaryConfig.read(config, heads.size())), config);
    AttentionForm attention =
        GemmaParts.cap(config, "attn_logit_softcapping", 50).map(plain::withSoftCap).orElse(plain);
    NormForm norm = GemmaParts.norm(config);
    MlpForm mlp = GemmaParts.mlp(config);
    return GemmaParts.model(
            config,
            "Gemma2ForCausalLM",
            layer ->
                new BlockForm(
                    GemmaParts.NORMS_AROUND, norm, attention.withReach(reach.apply(layer)), mlp),
            GemmaParts.cap(config, "final_logit_softcapping", 30))
        .build(source, head);
  }
}
