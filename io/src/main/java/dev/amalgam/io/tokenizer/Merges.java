package dev.amalgam.io.tokenizer;

/**
 * The merges of byte-pair encoding.
 *
 * @param pairs the rank of each pair
 * @param merged the token that the merge of each rank makes
 */
record Merges(PairTable pairs, int[] merged) {

  /**
   * Merges neighbours in place until no two can merge: always the pair of the lowest rank, and of
   * several such the leftmost. A queue makes that O(n log n).
   *
   * <p>As in the library, a pair that has changed since it was queued still merges, with its old
   * rank, if the new pair makes the same token.
   *
   * @param symbols the tokens
   * @param count how many of them there are
   * @return how many tokens are left, at the beginning of {@code symbols}
   */
  int apply(int[] symbols, int count) {
    if (count < 2) {
      return count;
    }
    MergeQueue queue = new MergeQueue(count);
    for (int i = 0; i + 1 < count; i++) {
      offer(queue, i, symbols[i], symbols[i + 1]);
    }
    if (queue.isEmpty()) {
      return count;
    }
    int[] previous = new int[count];
    int[] next = new int[count];
    for (int i = 0; i < count; i++) {
      previous[i] = i - 1;
      next[i] = i + 1;
    }
    next[count - 1] = -1;
    int left = count;
    while (!queue.isEmpty()) {
      long top = queue.pop();
      int at = MergeQueue.place(top);
      int token = merged[MergeQueue.rank(top)];
      int right = symbols[at] < 0 ? -1 : next[at];
      if (right < 0) {
        continue;
      }
      int rank = pairs.rank(symbols[at], symbols[right]);
      if (rank < 0 || merged[rank] != token) {
        continue;
      }
      symbols[at] = token;
      symbols[right] = -1;
      left--;
      next[at] = next[right];
      if (next[at] >= 0) {
        previous[next[at]] = at;
        offer(queue, at, token, symbols[next[at]]);
      }
      if (previous[at] >= 0) {
        offer(queue, previous[at], symbols[previous[at]], token);
      }
    }
    int kept = 0;
    for (int at = 0; kept < left; at = next[at]) {
      symbols[kept++] = symbols[at];
    }
    return left;
  }

  private void offer(MergeQueue queue, int at, int left, int right) {
    int rank = pairs.rank(left, right);
    if (rank >= 0) {
      queue.push(rank, at);
    }
  }
}
