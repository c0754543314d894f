package dev.amalgam.core.layer;

/**
 * The keys and values of the tokens that a sequence has so far, for generation token by token. Each
 * attention layer adds those of the new tokens; when all have, the sequence has grown.
 */
public final class KeyValueCache {

  private final int capacity;
  private final States[] keys;
  private final States[] values;
  private int length;

  /**
   * Creates an empty cache.
   *
   * @param layers the number of attention layers
   * @param capacity the most tokens
   */
  public KeyValueCache(int layers, int capacity) {
    this.capacity = capacity;
    this.keys = new States[layers];
    this.values = new States[layers];
  }

  /** Returns the number of tokens whose keys and values every layer has. */
  public int length() {
    return length;
  }

  /** Returns the most tokens that there is room for. */
  public int capacity() {
    return capacity;
  }

  /** Counts tokens that every layer has added. */
  public void grow(int tokens) {
    length += tokens;
  }

  /** Adds the keys of new tokens and returns those of all. */
  States withKeys(int layer, States added) {
    return with(keys, layer, added);
  }

  /** Adds the values of new tokens and returns those of all. */
  States withValues(int layer, States added) {
    return with(values, layer, added);
  }

  private States with(States[] kept, int layer, States added) {
    if (length + added.rows() > capacity) {
      throw new IllegalStateException(
          "%d tokens do not fit a cache of %d".formatted(length + added.rows(), capacity));
    }
    if (kept[layer] == null) {
      kept[layer] = States.zeros(capacity, added.width());
    }
    kept[layer].rows(length, length + added.rows()).set(added);
    return kept[layer].rows(0, length + added.rows());
  }
}
