package dev.amalgam.core.model;

import dev.amalgam.core.layer.Gating;
import dev.amalgam.core.layer.Rotary;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Mixtral (Jiang et al., arXiv 2401.04088). */
final class Mixtral implements ModelFamily {

  /** How mixtures are stored, as published, and as transformers 5 holds them. */
  private static final List<MixtureForm.Layout> LAYOUTS =
      List.of(
          new MixtureForm.Layout(
              "block_sparse_moe.gate",
              new ExpertsForm.Apart("block_sparse_moe.experts", "w1", "w3", "w2")),
          new MixtureForm.Layout(
              "mlp.gate",
              new ExpertsForm.Stacked("mlp.experts.gate_up_proj", "mlp.experts.down_proj")));

  @Override
  public Set<String> types() {
    return Set.of("mixtral");
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
    Rotary rotary = RotaryConfig.of(config, heads.size()).withTheta(1e6).read();
    AttentionForm attention =
        LlamaParts.attention(heads, rotary, false, false)
            .withReach(AttentionReach.readUniform(config));
    NormForm norm = NormForm.rms(config.positive("rms_norm_eps", 1e-5));
    MlpForm mlp =
        MixtureForm.read(config, "intermediate_size", new Gating.SoftmaxOfChosen(), LAYOUTS);
    BlockForm block = new BlockForm(LlamaParts.NORMS_BEFORE, norm, attention, mlp);
    return LlamaParts.model(config, "MixtralForCausalLM", norm, false, layer -> block)
        .build(source, head);
  }
}
