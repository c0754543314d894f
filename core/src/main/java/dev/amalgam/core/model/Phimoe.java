package dev.amalgam.core.model;

import dev.amalgam.core.layer.Gating;
import dev.amalgam.core.layer.Rotary;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Phi-3.5-MoE (Abdin et al., arXiv 2404.14219). */
final class Phimoe implements ModelFamily {

  /** How mixtures are stored, as published, and as transformers 5 holds them. */
  private static final List<MixtureForm.Layout> LAYOUTS =
      List.of(
          new MixtureForm.Layout(
              "block_sparse_moe.gate",
              new ExpertsForm.Apart("block_sparse_moe.experts", "w1", "w3", "w2")),
          new MixtureForm.Layout(
              "mlp.router",
              new ExpertsForm.Stacked("mlp.experts.gate_up_proj", "mlp.experts.down_proj")));

  @Override
  public Set<String> types() {
    return Set.of("phimoe");
  }

  @Override
  public List<String> tokenTensors() {
    return List.of("embed_tokens.weight", "lm_head.weight", "lm_head.bias");
  }

  @Override
  public Set<String> harmlessKeys() {
    return MixtureForm.HARMLESS_KEYS;
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    // SparseMixer chooses two, whatever a config says.
    config.mustBe("num_experts_per_tok", 2);
    AttentionHeads heads = AttentionHeads.read(config);
    boolean bias = config.flag("attention_bias", false);
    Rotary rotary = RotaryConfig.of(config, heads.size()).withTheta(1e6).read();
    AttentionForm attention =
        LlamaParts.attention(heads, rotary, bias, bias)
            .withReach(AttentionReach.readUniform(config));
    NormForm norm = NormForm.layerNorm(config.positive("rms_norm_eps", 1e-5));
    Gating gating = new Gating.SparseMixer(config.numberFromZero("router_jitter_noise", 0.01));
    MlpForm mlp = MixtureForm.read(config, "intermediate_size", gating, LAYOUTS);
    BlockForm block = new BlockForm(LlamaParts.NORMS_BEFORE, norm, attention, mlp);
    LinearForm decoder = LinearForm.of("lm_head").withBias(config.flag("lm_head_bias", false));
    return new LanguageModel(
            "PhimoeForCausalLM",
            "model.",
            LlamaParts.sizes(config),
            EmbeddingForm.of("embed_tokens"),
            LlamaParts.layers(config, layer -> block),
            PredictionForm.of("norm", norm, decoder)
                .withTied(config.flag("tie_word_embeddings", false)))
        .build(source, head);
  }
}
