package dev.amalgam.core.layer;

import java.util.Optional;

/**
 * The form of an attention layer.
 *
 * @param heads the number of query heads
 * @param keyHeads the number of key and value heads, which divides that of the query heads:
 *     consecutive query heads share one (Ainslie et al., arXiv 2305.13245)
 * @param headSize the number of values in a head
 * @param scale what products of queries and keys are multiplied by
 * @param causal whether a token attends to itself and earlier ones only
 * @param window how many tokens one attends to in each direction at most, itself included; {@link
 *     Integer#MAX_VALUE} for all (Beltagy et al., arXiv 2004.05150)
 * @param softCap what bends the products, once they are scaled, if anything does
 */
public record AttentionShape(
    int heads,
    int keyHeads,
    int headSize,
    float scale,
    boolean causal,
    int window,
    Optional<SoftCap> softCap) {

  /** Returns the width of all query heads. */
  int queryWidth() {
    return heads * headSize;
  }

  /** Returns the width of all key heads. */
  int keyWidth() {
    return keyHeads * headSize;
  }

  /** Returns the key head of a query head. */
  int keyHead(int head) {
    return head / (heads / keyHeads);
  }

  /** Returns the first key that the query at this position attends to. */
  int firstKey(int position) {
    return Math.max(0, position - window + 1);
  }

  /** Returns one past the last key, of {@code keys}, that the query at this position attends to. */
  int endKey(int position, int keys) {
    return causal ? position + 1 : (int) Math.min(keys, (long) position + window);
  }
}
