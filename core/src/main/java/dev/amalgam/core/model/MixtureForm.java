package dev.amalgam.core.model;

import dev.amalgam.core.layer.Gating;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.MixtureOfExperts;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.Router;
import java.util.List;
import java.util.Set;

/**
 * A mixture of experts in the place of a feed-forward network.
 *
 * @param layouts how models of the family store it, as they are published first: the first is taken
 *     that a model has
 * @param size the experts
 * @param perToken how many experts a token chooses
 * @param gating how it chooses them
 */
public record MixtureForm(List<Layout> layouts, ExpertsForm.Size size, int perToken, Gating gating)
    implements MlpForm {

  /**
   * One way to store a mixture.
   *
   * @param router what the name of the router's tensor starts with
   * @param experts the experts
   */
  public record Layout(String router, ExpertsForm experts) {}

  /**
   * Keys of Llama's relatives that do not change what such a model computes, and keys that matter
   * in training alone: noise, and the loss that balances the experts, which is no part of the loss
   * here.
   */
  public static final Set<String> HARMLESS_KEYS =
      Set.of(
          "pretraining_tp",
          "max_window_layers",
          "output_router_logits",
          "router_aux_loss_coef",
          "input_jitter_noise",
          "router_jitter_noise");

  /** Copies the list. */
  public MixtureForm {
    layouts = List.copyOf(layouts);
  }

  /**
   * Returns the mixture of as many experts as {@code num_local_experts} or {@code num_experts}
   * says, of which a token chooses {@code num_experts_per_tok}.
   *
   * @param width the config's key of the width of an expert
   * @throws ModelException if the two differ, or a token chooses more experts than there are
   */
  public static MixtureForm read(
      ModelConfig config, String width, Gating gating, List<Layout> layouts) {
    int count = experts(config);
    int perToken = config.count("num_experts_per_tok");
    if (perToken > count) {
      throw new ModelException(
          "%s: num_experts_per_tok is %d, but there are only %d experts"
              .formatted(config.place(), perToken, count));
    }
    ExpertsForm.Size size =
        new ExpertsForm.Size(
            count, config.count(width), ActivationNames.read(config, "hidden_act", "silu"));
    return new MixtureForm(layouts, size, perToken, gating);
  }

  private static int experts(ModelConfig config) {
    int count =
        config.optionalCount("num_local_experts").orElseGet(() -> config.count("num_experts"));
    if (config.count("num_experts", count) != count) {
      throw new ModelException(
          "%s: num_local_experts is %d, but num_experts is %d"
              .formatted(config.place(), count, config.count("num_experts")));
    }
    return count;
  }

  @Override
  public Layer make(int hidden, ModelWeights weights) {
    Layout layout =
        layouts.stream()
            .filter(one -> one.experts().isStored(weights))
            .findFirst()
            .orElse(layouts.getFirst());
    Router router =
        new Router(
            LinearForm.of(layout.router()).make(hidden, size.count(), weights), gating, perToken);
    return new MixtureOfExperts(router, layout.experts().make(size, hidden, weights));
  }
}
