package dev.amalgam.core.model;

import dev.amalgam.core.layer.Rotary;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * GLM-4 (arXiv 2406.12793), in the older form without and the newer with norms behind attention and
 * network.
 */
final class Glm implements ModelFamily {

  /** Norms before and behind attention and network. */
  static final Arrangement NORMS_AROUND =
      new Arrangement.NormsAround(
          "input_layernorm",
          "post_self_attn_layernorm",
          "post_attention_layernorm",
          "post_mlp_layernorm");

  private final String type;
  private final String architecture;
  private final Arrangement arrangement;

  /**
   * Creates a family.
   *
   * @param type its {@code model_type}
   * @param architecture the class name by which configs mean it
   * @param arrangement where its norms stand
   */
  Glm(String type, String architecture, Arrangement arrangement) {
    this.type = type;
    this.architecture = architecture;
    this.arrangement = arrangement;
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
    AttentionHeads heads = AttentionHeads.read(config, 128);
    NormForm norm = NormForm.rms(config.positive("rms_norm_eps", 1.5625e-7));
    Rotary rotary = RotaryConfig.of(config, heads.size()).withShare(0.5).read().interleaved();
    AttentionForm attention =
        LlamaParts.attention(heads, rotary, config.flag("attention_bias", true), false);
    BlockForm block = new BlockForm(arrangement, norm, attention, LlamaParts.mlpOfOneMap(config));
    return LlamaParts.model(config, architecture, norm, false, layer -> block).build(source, head);
  }
}
