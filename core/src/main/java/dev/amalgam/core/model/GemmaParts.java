package dev.amalgam.core.model;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.layer.Rotary;
import dev.amalgam.core.layer.Sequence;
import dev.amalgam.core.layer.SoftCap;
import dev.amalgam.core.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * What the Gemmas have in common: RMSNorm with weights stored as differences from 1, a gated
 * network with GELU, embeddings times the root of their width, and a head that is the embedding.
 */
final class GemmaParts {

  /** Norms before and after attention and network, as from Gemma 2 on. */
  static final Arrangement.NormsAround NORMS_AROUND =
      new Arrangement.NormsAround(
          "input_layernorm",
          "post_attention_layernorm",
          "pre_feedforward_layernorm",
          "post_feedforward_layernorm");

  private static final int HEAD_SIZE = 256;

  private GemmaParts() {}

  /** Returns the heads, of 256 values if {@code head_dim} is absent. */
  static AttentionHeads heads(ModelConfig config) {
    return AttentionHeads.read(config, HEAD_SIZE);
  }

  /** Returns RMSNorm with {@code rms_norm_eps}, 10⁻⁶ if it is absent. */
  static NormForm.Rms norm(ModelConfig config) {
    return NormForm.rmsAroundOne(config.positive("rms_norm_eps", 1e-6));
  }

  /** Returns attention to the past. */
  static AttentionForm attention(ModelConfig config, AttentionHeads heads, Rotary rotary) {
    config.mustBe("use_bidirectional_attention", false);
    boolean bias = config.flag("attention_bias", false);
    return LlamaParts.attention(heads, rotary, bias, bias);
  }

  /** Returns the same divided by the root of {@code query_pre_attn_scalar}, of 256 if absent. */
  static AttentionForm scaled(AttentionForm attention, ModelConfig config) {
    return attention.withScale(1 / Math.sqrt(config.positive("query_pre_attn_scalar", HEAD_SIZE)));
  }

  /** Returns the gated network of {@code intermediate_size} and {@code hidden_activation}. */
  static MlpForm.Gated mlp(ModelConfig config) {
    return LlamaParts.mlp(
        config, ActivationNames.read(config, "hidden_activation", "gelu_pytorch_tanh"));
  }

  /**
   * Returns a model of such layers.
   *
   * @param architecture the class name by which configs mean it
   * @param form what each layer is, by its number from 0
   * @param cap what bends the logits, if anything does
   */
  static LanguageModel model(
      ModelConfig config,
      String architecture,
      IntFunction<? extends LayerForm> form,
      Optional<SoftCap> cap) {
    LanguageModel.Sizes sizes = LlamaParts.sizes(config);
    return new LanguageModel(
        architecture,
        "model.",
        sizes,
        EmbeddingForm.of("embed_tokens").withScale(embeddingScale(config, sizes.hidden())),
        LlamaParts.layers(config, form),
        PredictionForm.of("norm", norm(config), LinearForm.of("lm_head"))
            .withTied(config.flag("tie_word_embeddings", true))
            .withAfter(cap.isPresent() ? cap.get() : Sequence.of()));
  }

  /**
   * Returns the root of the width, rounded to the type of the weights that the config names, in
   * which transformers multiplies by it.
   */
  private static float embeddingScale(ModelConfig config, int hidden) {
    float[] scale = {(float) Math.sqrt(hidden)};
    DType type =
        config
            .text("dtype")
            .or(() -> config.text("torch_dtype"))
            .flatMap(DType::ofTorchName)
            .orElse(DType.F32);
    MemorySegment stored = MemorySegment.ofArray(new long[1]);
    Kernels.get().conversion().encode(type, scale, 1, stored, 0);
    Kernels.get().conversion().decode(type, stored, 0, scale, 0, 1);
    return scale[0];
  }

  /** Returns the bend of a {@code softcapping}, unless it is null. */
  static Optional<SoftCap> cap(ModelConfig config, String key, double standard) {
    return config.nullablePositive(key, standard).map(cap -> new SoftCap(cap.floatValue()));
  }
}
