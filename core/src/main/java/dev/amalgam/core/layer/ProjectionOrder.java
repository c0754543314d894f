package dev.amalgam.core.layer;

/** In which order the maps of attention give the heads of queries, keys and values. */
public enum ProjectionOrder {
  /** All queries, all keys, all values: Llama, GPT-2, Phi-3. */
  BY_KIND,
  /** The query heads of one key head, that key head and its values, then the next: GPT-NeoX. */
  BY_GROUP;

  /** Returns heads of this order as all queries, all keys, all values. */
  States toKinds(States given, AttentionShape shape, Pass pass) {
    return isByKind(shape) ? given : moved(given, shape, false, pass);
  }

  /** Returns heads that stand as all queries, all keys, all values in this order. */
  States fromKinds(States kinds, AttentionShape shape, Pass pass) {
    return isByKind(shape) ? kinds : moved(kinds, shape, true, pass);
  }

  // Of one group alone the two orders are the same.
  private boolean isByKind(AttentionShape shape) {
    return this == BY_KIND || shape.keyHeads() == 1;
  }

  private static States moved(States source, AttentionShape shape, boolean back, Pass pass) {
    States target = pass.states(source.rows(), source.width());
    int size = shape.headSize();
    int group = shape.heads() / shape.keyHeads();
    for (int keyHead = 0; keyHead < shape.keyHeads(); keyHead++) {
      int first = keyHead * (group + 2);
      for (int i = 0; i < group; i++) {
        move(source, target, first + i, keyHead * group + i, size, back);
      }
      move(source, target, first + group, shape.heads() + keyHead, size, back);
      int value = shape.heads() + shape.keyHeads() + keyHead;
      move(source, target, first + group + 1, value, size, back);
    }
    return target;
  }

  private static void move(
      States source, States target, int grouped, int kind, int size, boolean back) {
    int from = back ? kind : grouped;
    int to = back ? grouped : kind;
    target.columns(to * size, size).set(source.columns(from * size, size));
  }
}
