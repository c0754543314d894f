package dev.amalgam.core.model;

import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.model.AttentionForm.Reach;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * Reads which layers of a model attend to a window of tokens only: {@code layer_types} lists them,
 * and {@code sliding_window} is the window.
 */
public final class AttentionReach {

  private static final String SIZE = "sliding_window";
  private static final int STANDARD_SIZE = 4096;
  private static final String TYPES = "layer_types";

  private AttentionReach() {}

  /**
   * Returns the reach of each layer, by its number: a window, if there is one, where the config
   * lists the layer as {@code sliding_attention}, or lists none. The window is of 4096 tokens where
   * the config says nothing of it, and there is none where it says null, as in transformers.
   *
   * @throws ModelException if the list does not fit the number of layers, or names another kind
   */
  public static IntFunction<Reach> read(ModelConfig config) {
    return read(config, config.nullableCount(SIZE, STANDARD_SIZE), layer -> true);
  }

  /**
   * Returns the same for families that have windows only where {@code use_sliding_window} says so,
   * and without a list only from layer {@code max_window_layers} on.
   *
   * @param standard the first layer with a window, if the config does not say
   * @throws ModelException if the list does not fit the number of layers, or names another kind
   */
  public static IntFunction<Reach> readSwitched(ModelConfig config, int standard) {
    int first = config.countOrZero("max_window_layers", standard);
    return read(config, switchedSize(config), layer -> layer >= first);
  }

  /**
   * Returns the same for families in which without a list every layer has the window but each
   * {@code every}-th.
   *
   * @throws ModelException if the list does not fit the number of layers, or names another kind, or
   *     the window is null
   */
  public static IntFunction<Reach> readAlternating(ModelConfig config, int every) {
    Optional<Integer> size = config.nullableCount(SIZE, STANDARD_SIZE);
    if (size.isEmpty()) {
      throw new ModelException(
          "%s: sliding_window is null, but this model has layers with a window"
              .formatted(config.place()));
    }
    return read(config, size, layer -> (layer + 1) % every != 0);
  }

  /**
   * Returns the same for Qwen2-MoE, where without a list every second layer up to layer {@code
   * max_window_layers} has a window, the first among them.
   *
   * @param standard the first layer behind these, if the config does not say
   * @throws ModelException if the list does not fit the number of layers, or names another kind
   */
  public static IntFunction<Reach> readEverySecond(ModelConfig config, int standard) {
    int end = config.countOrZero("max_window_layers", standard);
    return read(config, switchedSize(config), layer -> layer < end && layer % 2 == 0);
  }

  /** Returns the reach of all layers: a window where {@code sliding_window} says of how many. */
  public static Reach readUniform(ModelConfig config) {
    return reach(config.optionalCount(SIZE));
  }

  /** Returns the same for families that have it only where {@code use_sliding_window} says so. */
  public static Reach readUniformSwitched(ModelConfig config) {
    return reach(switchedSize(config));
  }

  private static Reach reach(Optional<Integer> size) {
    return size.<Reach>map(Reach.Window::new).orElseGet(Reach.Past::new);
  }

  private static Optional<Integer> switchedSize(ModelConfig config) {
    if (config.flag("use_sliding_window", false)) {
      return config.nullableCount(SIZE, STANDARD_SIZE);
    }
    // Asked for all the same: transformers writes 0 where no layer has a window.
    config.has(SIZE);
    return Optional.empty();
  }

  private static IntFunction<Reach> read(
      ModelConfig config, Optional<Integer> size, IntPredicate unlisted) {
    Optional<List<String>> types = config.texts(TYPES);
    types.ifPresent(listed -> check(config, listed, size));
    Reach window = reach(size);
    return layer -> {
      boolean sliding =
          types
              .map(listed -> listed.get(layer).equals("sliding_attention"))
              .orElseGet(() -> unlisted.test(layer));
      return sliding ? window : new Reach.Past();
    };
  }

  private static void check(ModelConfig config, List<String> types, Optional<Integer> size) {
    if (types.size() != config.count("num_hidden_layers")) {
      throw new ModelException(
          "%s: layer_types lists %d layers, but num_hidden_layers is %d"
              .formatted(config.place(), types.size(), config.count("num_hidden_layers")));
    }
    for (String type : types) {
      boolean known = type.equals("full_attention") || type.equals("sliding_attention");
      if (!known || type.equals("sliding_attention") && size.isEmpty()) {
        throw config.unsupported(
            TYPES, "full_attention, and sliding_attention with a sliding_window");
      }
    }
  }
}
