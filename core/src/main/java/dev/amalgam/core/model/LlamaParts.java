package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.layer.Rotary;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * The parts of Llama, with the names of tensors and the keys of configs that transformers gives
 * them. Most decoders since are made of some of these parts and a few of their own.
 */
public final class LlamaParts {

  /** Ends of the names of {@linkplain ModelFamily#tokenTensors() tensors with a row a token}. */
  public static final List<String> TOKEN_TENSORS = List.of("embed_tokens.weight", "lm_head.weight");

  /**
   * Keys that do not change what such a model computes: into how many parts a product is split, and
   * one that Qwen's models leave in the configs of their relatives.
   */
  public static final Set<String> HARMLESS_KEYS = Set.of("pretraining_tp", "max_window_layers");

  /** Norms before attention and network. */
  public static final Arrangement.NormsBefore NORMS_BEFORE =
      new Arrangement.NormsBefore("input_layernorm", "post_attention_layernorm");

  private LlamaParts() {}

  /** Returns RMSNorm with {@code rms_norm_eps}, 10⁻⁶ if it is absent. */
  public static NormForm.Rms norm(ModelConfig config) {
    return NormForm.rms(config.positive("rms_norm_eps", 1e-6));
  }

  /**
   * Returns attention to the past with rotated queries and keys.
   *
   * @param projectionBias whether the maps to queries, keys and values have a bias
   * @param outputBias whether the map of what the heads give has one
   */
  public static AttentionForm attention(
      AttentionHeads heads, Rotary rotary, boolean projectionBias, boolean outputBias) {
    List<LinearForm> projections =
        LinearForm.all("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj").stream()
            .map(p -> p.withBias(projectionBias))
            .toList();
    LinearForm output = LinearForm.of("self_attn.o_proj").withBias(outputBias);
    return AttentionForm.of(heads, projections, output).withRotary(rotary);
  }

  /** Returns the gated network of {@code intermediate_size} and {@code hidden_act}, or SiLU. */
  public static MlpForm.Gated mlp(ModelConfig config) {
    return mlp(config, ActivationNames.read(config, "hidden_act", "silu"));
  }

  /** Returns the gated network of {@code intermediate_size} and a function. */
  public static MlpForm.Gated mlp(ModelConfig config, ActivationFunction function) {
    return new MlpForm.Gated(
        LinearForm.of("mlp.gate_proj"),
        LinearForm.of("mlp.up_proj"),
        LinearForm.of("mlp.down_proj"),
        config.count("intermediate_size"),
        function);
  }

  /** Returns the same network as {@link #mlp} with one map for gate and up side by side. */
  public static MlpForm.GatedByOneMap mlpOfOneMap(ModelConfig config) {
    return new MlpForm.GatedByOneMap(
        LinearForm.of("mlp.gate_up_proj"),
        LinearForm.of("mlp.down_proj"),
        config.count("intermediate_size"),
        ActivationNames.read(config, "hidden_act", "silu"));
  }

  /**
   * Returns {@code hidden_size}, {@code vocab_size} and {@code max_position_embeddings}, or as many
   * positions as a scaling of the rotary embedding makes of these.
   */
  public static LanguageModel.Sizes sizes(ModelConfig config) {
    return new LanguageModel.Sizes(
        config.count("hidden_size"), config.count("vocab_size"), RotaryConfig.longest(config));
  }

  /**
   * Returns as many layers as {@code num_hidden_layers} says.
   *
   * @param form what each is, by its number from 0
   */
  public static LayerStack layers(ModelConfig config, IntFunction<? extends LayerForm> form) {
    return new LayerStack(
        "layers.", config.count("num_hidden_layers"), form, List.of("rotary_emb.inv_freq"));
  }

  /**
   * Returns a model of such layers, with the last norm that {@link #norm} returns and a decoder of
   * its own unless {@code tie_word_embeddings}.
   *
   * @param architecture the class name by which configs mean it
   * @param form what each layer is, by its number from 0
   */
  public static LanguageModel model(
      ModelConfig config, String architecture, IntFunction<? extends LayerForm> form) {
    return model(config, architecture, norm(config), false, form);
  }

  /**
   * Returns the same model with another last norm.
   *
   * @param tied what {@code tie_word_embeddings} is if it is absent
   */
  public static LanguageModel model(
      ModelConfig config,
      String architecture,
      NormForm last,
      boolean tied,
      IntFunction<? extends LayerForm> form) {
    return new LanguageModel(
        architecture,
        "model.",
        sizes(config),
        EmbeddingForm.of("embed_tokens"),
        layers(config, form),
        PredictionForm.of("norm", last, LinearForm.of("lm_head"))
            .withTied(config.flag("tie_word_embeddings", tied)));
  }
}
