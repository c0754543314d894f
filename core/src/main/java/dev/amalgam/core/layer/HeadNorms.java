package dev.amalgam.core.layer;

/**
 * RMSNorm of the queries and of the keys: of each head, as in Qwen3, or of all heads side by side,
 * as in OLMo 2.
 *
 * @param query for queries, of the size of a head or of all query heads
 * @param key for keys, of the size of a head or of all key heads
 * @param afterRotation whether queries and keys are rotated first
 */
public record HeadNorms(RmsNorm query, RmsNorm key, boolean afterRotation) {

  /** Takes the gradients back, in place. */
  interface InPlace {
    void apply(States dq, States dk, GradientVisitor visitor);
  }

  /** Normalises queries and keys in place. */
  InPlace forward(States q, States k, Pass pass) {
    Output queries = normalized(query, q, pass);
    Output keys = normalized(key, k, pass);
    return (dq, dk, visitor) -> {
      back(queries, dq, parts(query, q), pass, visitor);
      back(keys, dk, parts(key, k), pass, visitor);
    };
  }

  private static int parts(RmsNorm norm, States x) {
    return x.width() / Math.toIntExact(norm.weight().shape().elements());
  }

  private static Output normalized(RmsNorm norm, States x, Pass pass) {
    int parts = parts(norm, x);
    Output output = norm.forward(pass.copy(x).split(parts), parts, pass);
    x.set(output.states().joined(parts));
    return output;
  }

  private static void back(
      Output output, States gradient, int parts, Pass pass, GradientVisitor visitor) {
    States dx = output.backward().apply(pass.copy(gradient).split(parts), visitor);
    gradient.set(dx.joined(parts));
  }
}
