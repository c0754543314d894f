package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gemma (Gemma Team, arXiv 2403.08295). */
final class Gemma implements ModelFamily {

  private static final String TANH = "gelu_pytorch_tanh";

  @Override
  public Set<String> types() {
    return Set.of("gemma");
  }

  @Override
  public List<String> tokenTensors() {
    return LlamaParts.TOKEN_TENSORS;
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    // The first configs say gelu, and mean its approximation.
    boolean old = config.text("hidden_act").equals(Optional.of("gelu"));
    config.mustBe("hidden_activation", TANH);
    AttentionHeads heads = GemmaParts.heads(config);
    BlockForm block =
        new BlockForm(
            LlamaParts.NORMS_BEFORE,
            GemmaParts.norm(config),
            GemmaParts.attention(config, heads, RotaryConfig.read(config, heads.size())),
            LlamaParts.mlp(
                config,
                old
                    ? ActivationFunction.GELU_TANH
                    : ActivationNames.read(config, "hidden_act", TANH)));
    return GemmaParts.model(config, "GemmaForCausalLM", layer -> block, Optional.empty())
        .build(source, head);
  }
}
