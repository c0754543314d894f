package dev.amalgam.core.layer;

/**
 * RMSNorm of the queries and of the keys of a token: of each head by itself, as in Qwen3, or of all
 * heads together, as in OLMo 2.
 *
 * @param query for queries, of a head's size or that of all
 * @param key for keys, of a head's size or that of all
 */
public record HeadNorms(RmsNorm query, RmsNorm key) {

  /** Takes the gradients back, in place. */
  interface InPlace {
    void apply(States dq, States dk, GradientVisitor visitor);
  }

  /** Normalises queries and keys in place. */
  InPlace forward(States q, States k, Pass pass) {
    Output queries = normalized(query, q, pass);
    Output keys = normalized(key, k, pass);
    return (dq, dk, visitor) -> {
      back(queries, dq, pass, visitor);
      back(keys, dk, pass, visitor);
    };
  }

  private static Output normalized(RmsNorm norm, States x, Pass pass) {
    int parts = x.width() / Math.toIntExact(norm.weight().shape().elements());
    Output output = norm.forward(pass.copy(x).split(parts), parts, pass);
    x.set(output.states().joined(parts));
    return output;
  }

  private static void back(Output output, States gradient, Pass pass, GradientVisitor visitor) {
    int parts = gradient.width() / output.states().width();
    States dx = output.backward().apply(pass.copy(gradient).split(parts), visitor);
    gradient.set(dx.joined(parts));
  }
}
