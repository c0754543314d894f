package dev.amalgam.core.model;

import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Compares the sizes in a config with the tensors, before anything is made of these sizes. */
final class ConfigSizes {

  private static final List<String> LAYERS = List.of("num_hidden_layers", "n_layer");

  private static final List<String> WIDTHS =
      List.of(
          "hidden_size",
          "n_embd",
          "num_attention_heads",
          "n_head",
          "num_key_value_heads",
          "head_dim",
          "intermediate_size",
          "n_inner",
          "vocab_size");

  // Up to here nothing that is made of a size is large, and the layers compare it themselves.
  private static final long NEVER_LARGE = 1 << 16;

  private ConfigSizes() {}

  /**
   * Checks that no size is larger than what there is.
   *
   * @throws ModelException if there are more layers than tensors, or a width is larger than every
   *     side of every tensor
   */
  static void check(ModelConfig config, Weights weights) {
    int tensors = weights.names().size();
    for (String key : LAYERS) {
      if (size(config, key) > tensors) {
        throw new ModelException(
            "%s: %s is %d, but the model has only %d tensors; the config is damaged, or another model's"
                .formatted(config.place(), key, size(config, key), tensors));
      }
    }
    for (String key : WIDTHS) {
      long size = size(config, key);
      if (size > NEVER_LARGE && size > largestSide(weights)) {
        throw new ModelException(
            "%s: %s is %d, but no side of any tensor has more than %d; the config is damaged, or another model's"
                .formatted(config.place(), key, size, largestSide(weights)));
      }
    }
  }

  private static long size(ModelConfig config, String key) {
    return config.unread(key) instanceof Number number ? number.longValue() : 0;
  }

  private static long largestSide(Weights weights) {
    return weights.names().stream()
        .filter(name -> name.endsWith(".weight"))
        .map(weights::find)
        .flatMap(Optional::stream)
        .map(Weight::shape)
        // Where there is no element, the other sides may be of any size.
        .filter(shape -> shape.elements() > 0)
        .flatMapToLong(shape -> LongStream.of(shape.toArray()))
        .max()
        .orElse(0);
  }
}
