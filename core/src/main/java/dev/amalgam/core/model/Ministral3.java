package dev.amalgam.core.model;

import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.PositionScale;
import dev.amalgam.core.layer.Rotary;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Ministral 3 (Mistral AI, 2025): queries grow with their position. */
final class Ministral3 implements ModelFamily {

  private static final String BETA = "llama_4_scaling_beta";

  @Override
  public Set<String> types() {
    return Set.of("ministral3");
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
    AttentionHeads heads = AttentionHeads.read(config, 128);
    ModelConfig scaling =
        config
            .section("rope_parameters")
            .orElseThrow(
                () ->
                    new ModelException(
                        "%s has no rope_parameters, which this model needs"
                            .formatted(config.place())));
    Rotary rotary =
        RotaryConfig.of(config, heads.size())
            .withKnown(Set.of(BETA, "max_position_embeddings"))
            .read();
    double beta = scaling.numberFromZero(BETA, 0);
    AttentionForm plain = LlamaParts.attention(heads, rotary, false, false);
    AttentionForm attention =
        beta == 0
            ? plain
            : plain.withPositionScale(
                new PositionScale((float) beta, scaling.count("original_max_position_embeddings")));
    NormForm norm = NormForm.rms(config.positive("rms_norm_eps", 1e-5));
    BlockForm block =
        new BlockForm(
            LlamaParts.NORMS_BEFORE,
            norm,
            attention.withReach(AttentionReach.readUniform(config)),
            LlamaParts.mlp(config));
    return LlamaParts.model(config, "Ministral3ForCausalLM", norm, false, layer -> block)
        .build(source, head);
  }
}
