package dev.amalgam.core.model;

import dev.amalgam.core.layer.Gating;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * The parts of mixtures of experts as Qwen's models have them, and others since, with the names of
 * tensors and the keys of configs that transformers gives them.
 */
public final class QwenMoeParts {

  /** How mixtures are stored, as published, and as transformers 5 holds them. */
  public static final List<MixtureForm.Layout> LAYOUTS =
      List.of(
          new MixtureForm.Layout(
              "mlp.gate",
              new ExpertsForm.Apart("mlp.experts", "gate_proj", "up_proj", "down_proj")),
          new MixtureForm.Layout(
              "mlp.gate",
              new ExpertsForm.Stacked("mlp.experts.gate_up_proj", "mlp.experts.down_proj")));

  private QwenMoeParts() {}

  /**
   * Returns the mixture whose weights are probabilities among all experts, or among those chosen
   * where {@code norm_topk_prob} says so.
   *
   * @param width the config's key of the width of an expert
   */
  public static MixtureForm mixture(ModelConfig config, String width) {
    Gating gating =
        config.flag("norm_topk_prob", false)
            ? new Gating.SoftmaxOfChosen()
            : new Gating.SoftmaxOfAll();
    return MixtureForm.read(config, width, gating, LAYOUTS);
  }

  /**
   * Returns the network of each layer, by its number: a mixture in every {@code
   * decoder_sparse_step}th layer that {@code mlp_only_layers} does not list, a plain one elsewhere.
   */
  public static IntFunction<MlpForm> networks(ModelConfig config, MlpForm plain, MlpForm mixture) {
    int step = config.count("decoder_sparse_step", 1);
    Set<Integer> plainLayers = Set.copyOf(config.numbers("mlp_only_layers"));
    IntPredicate sparse = layer -> !plainLayers.contains(layer) && (layer + 1) % step == 0;
    return layer -> sparse.test(layer) ? mixture : plain;
  }
}
