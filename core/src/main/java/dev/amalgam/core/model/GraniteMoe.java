package dev.amalgam.core.model;

import dev.amalgam.core.layer.Gating;
import dev.amalgam.core.layer.Scale;
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
    AttentionHeads heads = AttentionHeads.read(config);
    boolean bias = config.flag("attention_bias", false);
    AttentionForm attention =
        LlamaParts.attention(heads, RotaryConfig.read(config, heads.size()), bias, bias)
            .withScale(config.positive("attention_multiplier", 1));
    NormForm norm = LlamaParts.norm(config);
    MlpForm mlp =
        MixtureForm.read(config, "intermediate_size", new Gating.SoftmaxOfChosen(), LAYOUTS);
    Arrangement arrangement =
        new Arrangement.ScaledBranches(
            LlamaParts.NORMS_BEFORE, config.positive("residual_multiplier", 1));
    BlockForm block = new BlockForm(arrangement, norm, attention, mlp);
    double divisor = config.positive("logits_scaling", 1);
    return new LanguageModel(
            "GraniteMoeForCausalLM",
            "model.",
            LlamaParts.sizes(config),
            EmbeddingForm.of("embed_tokens").withScale(config.positive("embedding_multiplier", 1)),
            LlamaParts.layers(config, layer -> block),
            PredictionForm.of("norm", norm, LinearForm.of("lm_head"))
                .withTied(config.flag("tie_word_embeddings", false))
                .withAfter(new Scale((float) (1 / divisor))))
        .build(source, head);
  }
}
