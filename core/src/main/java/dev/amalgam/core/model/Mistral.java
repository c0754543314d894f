package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** Mistral (Jiang et al., arXiv 2310.06825) and Ministral. */
final class Mistral implements ModelFamily {

  private final String type;
  private final String name;

  /**
   * Creates a family.
   *
   * @param type its {@code model_type}
   * @param name what its class names start with
   */
  Mistral(String type, String name) {
    this.type = type;
    this.name = name;
  }

  @Override
  public Set<String> types() {
    return Set.of(type);
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
            name + "ForCausalLM",
            layer ->
                new BlockForm(
                    LlamaParts.NORMS_BEFORE, norm, attention.withReach(reach.apply(layer)), mlp))
        .build(source, head);
  }
}
