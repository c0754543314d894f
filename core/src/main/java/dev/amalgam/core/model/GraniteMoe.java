package dev.amalgam.core.model;

import dev.amalgam.core.layer.Gating;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Granite 3 with experts (Shen et al., arXiv 2408.13359). */
final class GraniteMoe implements ModelFamily {

  /** How mixtures are stored, as published, and as transformers 5 holds them. */
  private static final List<MixtureForm.Layout> LAYOUTS =
      List.of(
          new MixtureForm.Layout(
              "block_sparse_moe.router.layer",
              new ExpertsForm.Stacked(
                  "block_sparse_moe.input_linear.weight", "block_sparse_moe.output_linear.weight")),
          new MixtureForm.Layout(
              "block_sparse_moe.router",
              new ExpertsForm.Stacked(
                  "block_sparse_moe.experts.gate_up_proj", "block_sparse_moe.experts.down_proj")));

  @Override
  public Set<String> types() {
    return Set.of("granitemoe");
  }

  @Override
  public List<String> tokenTensors() {
    return LlamaParts.TOKEN_TENSORS;
  }

  @Override
  public Set<String> harmlessKeys() {
    return MixtureForm.HARMLESS_KEYS;
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    MlpForm mlp =
        MixtureForm.read(config, "intermediate_size", new Gating.SoftmaxOfChosen(), LAYOUTS);
    return Granite.model(config, "GraniteMoeForCausalLM", mlp).build(source, head);
  }
}
