package dev.amalgam.core.model;

import dev.amalgam.core.layer.ModelException;

/**
 * The heads of an attention.
 *
 * @param queries the number of query heads
 * @param keys the number of key and value heads, which divides that of the query heads
 * @param size the number of values in a head
 */
public record AttentionHeads(int queries, int keys, int size) {

  /**
   * Returns the heads that a config describes by {@code num_attention_heads}, {@code
   * num_key_value_heads} (as many, if it is absent) and {@code head_dim} ({@code hidden_size}
   * shared out among the heads, if it is absent).
   *
   * @throws ModelException if they do not fit one another
   */
  public static AttentionHeads read(ModelConfig config) {
    return sized(
        config,
        config
            .optionalCount("head_dim")
            .orElseGet(() -> equal(config, "hidden_size", "num_attention_heads").size()));
  }

  /** The same, where heads have {@code standard} values if {@code head_dim} is absent. */
  public static AttentionHeads read(ModelConfig config, int standard) {
    return sized(config, config.count("head_dim", standard));
  }

  private static AttentionHeads sized(ModelConfig config, int size) {
    int queries = config.count("num_attention_heads");
    int keys = config.count("num_key_value_heads", queries);
    if (queries % keys != 0) {
      throw new ModelException(
          "%s: %d heads cannot share %d key heads".formatted(config.place(), queries, keys));
    }
    if ((long) queries * size > Integer.MAX_VALUE / 4) {
      throw new ModelException(
          "%s: %d heads of %d values are more than any model has; the config is damaged"
              .formatted(config.place(), queries, size));
    }
    return new AttentionHeads(queries, keys, size);
  }

  /**
   * Returns as many key heads as query heads, among which the hidden states are shared out.
   *
   * @param width the config's key of the width of the hidden states
   * @param heads that of the number of heads
   * @throws ModelException if they do not fit one another
   */
  public static AttentionHeads equal(ModelConfig config, String width, String heads) {
    int hidden = config.count(width);
    int count = config.count(heads);
    if (hidden % count != 0) {
      throw new ModelException(
          "%s: %s %d cannot be shared out among %d heads"
              .formatted(config.place(), width, hidden, count));
    }
    return new AttentionHeads(count, count, hidden / count);
  }

  /** Returns the width of all queries side by side. */
  int queryWidth() {
    return Math.multiplyExact(queries, size);
  }

  /** Returns the width of all keys side by side. */
  int keyWidth() {
    return Math.multiplyExact(keys, size);
  }
}
