package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** Mistral (Jiang et al., arXiv 2310.06825). */
final class Mistral implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("mistral");
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
    IntFunction<AttentionForm.Reach> reach = AttentionReach.read(config);
    AttentionForm attention =
        LlamaParts.attention(heads, RotaryConfig.read(config, heads.size()), false, false);
    NormForm norm = LlamaParts.norm(config);
    MlpForm mlp = LlamaParts.mlp(config);
    return LlamaParts.model(
            config,
            "MistralForCausalLM",
            layer ->
                new BlockForm(
                    LlamaParts.NORMS_BEFORE, norm, attention.withReach(reach.apply(layer)), mlp))
        .build(source, head);
  }
}
