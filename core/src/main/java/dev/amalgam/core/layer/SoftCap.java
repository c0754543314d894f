package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.ActivationFunction;

/**
 * Each value bent into (−cap, cap), {@code cap·tanh(x/cap)}, as Gemma 2 does with logits (arXiv
 * 2408.00118).
 *
 * @param cap the bound, above 0
 */
public record SoftCap(float cap) implements Layer {

  @Override
  public void parameters(ParameterVisitor.Module module, ParameterVisitor visitor) {}

  @Override
  public Output forward(States x, Pass pass) {
    Output shares = new Scale(1 / cap).forward(x, pass);
    Output bent = new Activation(ActivationFunction.TANH).forward(shares.states(), pass);
    // The two factors cancel each other in the gradient.
    return pass.output(
        new Scale(cap).forward(bent.states(), pass).states(),
        (dy, visitor) -> bent.backward().apply(dy, visitor));
  }
}
