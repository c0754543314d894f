package dev.amalgam.core.layer;

/**
 * RMSNorm of each head of the queries and of the keys, as in Qwen3.
 *
 * @param query for queries, of a head's size
 * @param key for keys, of a head's size
 */
public record HeadNorms(RmsNorm query, RmsNorm key) {

  /** Takes the gradients back, in place. */
  interface InPlace {
    void apply(States dq, States dk, GradientVisitor visitor);
  }

  /** Normalises queries and keys in place. */
  InPlace forward(States q, States k, AttentionShape shape, Pass pass) {
    Output queries = normalized(query, q, shape.heads(), pass);
    Output keys = normalized(key, k, shape.keyHeads(), pass);
    return (dq, dk, visitor) -> {
      back(queries, dq, shape.heads(), pass, visitor);
      back(keys, dk, shape.keyHeads(), pass, visitor);
    };
  }

  private static Output normalized(RmsNorm norm, States x, int heads, Pass pass) {
    Output output = norm.forward(pass.copy(x).split(heads), heads, pass);
    x.set(output.states().joined(heads));
    return output;
  }

  private static void back(
      Output output, States gradient, int heads, Pass pass, GradientVisitor visitor) {
    States dx = output.backward().apply(pass.copy(gradient).split(heads), visitor);
    gradient.set(dx.joined(heads));
  }
}
