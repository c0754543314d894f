package dev.amalgam.core.model;

import dev.amalgam.core.layer.ModelException;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** Reads which layers of a model attend to a window of tokens only. */
final class AttentionWindows {

  private static final int NONE = Integer.MAX_VALUE;

  private AttentionWindows() {}

  /**
   * Returns the window of each layer.
   *
   * @param all whether, where the config does not list the layers, all from number {@code first} on
   *     have one
   */
  static IntUnaryOperator read(ModelConfig config, boolean all, int first) {
    Optional<Integer> size = config.optionalCount("sliding_window");
    Optional<List<String>> types = config.texts("layer_types");
    if (types.isPresent()) {
      return listed(config, types.get(), all ? size : Optional.empty());
    }
    int window = all ? size.orElse(NONE) : NONE;
    return layer -> layer >= first ? window : NONE;
  }

  private static IntUnaryOperator listed(
      ModelConfig config, List<String> types, Optional<Integer> size) {
    if (types.size() != config.count("num_hidden_layers")) {
      throw new ModelException(
          "%s: layer_types lists %d layers, but num_hidden_layers is %d"
              .formatted(config.place(), types.size(), config.count("num_hidden_layers")));
    }
    for (String type : types) {
      boolean known = type.equals("full_attention") || type.equals("sliding_attention");
      if (!known || type.equals("sliding_attention") && size.isEmpty()) {
        throw config.unsupported(
            "layer_types", "full_attention, and sliding_attention with a sliding_window");
      }
    }
    return layer -> types.get(layer).equals("sliding_attention") ? size.orElseThrow() : NONE;
  }
}
