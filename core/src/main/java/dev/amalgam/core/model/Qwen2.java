package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** Qwen2 and Qwen2.5 (Yang et al., arXiv 2407.10671 and 2412.15115). */
final class Qwen2 implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("qwen2");
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
    IntFunction<AttentionForm.Reach> reach = AttentionReach.readSwitched(config, 28);
    AttentionForm attention =
        LlamaParts.attention(heads, RotaryConfig.read(config, heads.size()), true, false);
    NormForm norm = LlamaParts.norm(config);
    MlpForm mlp = LlamaParts.mlp(config);
    return LlamaParts.model(
            config,
            "Qwen2ForCausalLM",
            layer ->
                new BlockForm(
                    LlamaParts.NORMS_BEFORE, norm, attention.withReach(reach.apply(layer)), mlp))
        .build(source, head);
  }
}
