package dev.amalgam.core.model;

import dev.amalgam.core.layer.Rotary;
import dev.amalgam.core.model.AttentionForm.QueryKeyNorms;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * HunYuan without experts (Tencent, 2025): queries and keys are normalised once they are rotated.
 */
final class HunYuanDense implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("hunyuan_v1_dense");
  }

  @Override
  public List<String> tokenTensors() {
    return LlamaParts.TOKEN_TENSORS;
  }

  @Override
  public Set<String> harmlessKeys() {
    return Set.of(
        "pretraining_tp",
        "attention_head_dim",
        "cla_share_factor",
        "eod_token_id",
        "im_end_id",
        "im_newline_id",
        "im_start_id",
        "image_token_id",
        "mask_init_id",
        "norm_type",
        "org_vocab_size",
        "position_embedding_xdrope",
        "sep_token_id",
        "text_start_id",
        "text_end_id",
        "use_rotary_pos_emb");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    AttentionHeads heads = AttentionHeads.read(config);
    boolean bias = config.flag("attention_bias", false);
    NormForm.Rms norm = NormForm.rms(config.positive("rms_norm_eps", 1e-5));
    config.mustBe("use_qk_norm", true);
    config.mustBe("use_cla", false);
    config.mustBe("mlp_bias", false);
    QueryKeyNorms norms =
        new QueryKeyNorms(
            "self_attn.query_layernorm",
            "self_attn.key_layernorm",
            norm,
            QueryKeyNorms.Span.HEAD,
            true);
    BlockForm block =
        new BlockForm(
            LlamaParts.NORMS_BEFORE,
            norm,
            LlamaParts.attention(heads, rotary(config, heads.size()), bias, bias).withNorms(norms),
            LlamaParts.mlp(config));
    return LlamaParts.model(config, "HunYuanDenseV1ForCausalLM", norm, false, layer -> block)
        .build(source, head);
  }

  // Dynamic with an alpha is a base larger by alpha^(d/(d−2)) at every length (NTK-aware scaling).
  private static Rotary rotary(ModelConfig config, int headSize) {
    ModelConfig scaling =
        config
            .section("rope_parameters")
            .or(() -> config.section("rope_scaling"))
            .orElseGet(() -> new ModelConfig(config.place(), Map.of()));
    String type = scaling.text("rope_type").or(() -> scaling.text("type")).orElse("default");
    Optional<Double> alpha = scaling.positive("alpha");
    if (!type.equals("dynamic") || alpha.isEmpty() || headSize <= 2) {
      return RotaryConfig.read(config, headSize);
    }
    scaling.mustBe("factor", 1);
    scaling.mustBe("mscale", 1);
    scaling.mustBe("mscale_all_dim", 1);
    scaling.checkAllRead(Set.of("type", "beta_fast", "beta_slow", "rope_theta"));
    double theta =
        scaling.positive("rope_theta").orElseGet(() -> config.positive("rope_theta", 10_000));
    double power = headSize / (headSize - 2.0);
    return RotaryConfig.plain(config, headSize, theta * StrictMath.pow(alpha.get(), power));
  }
}
