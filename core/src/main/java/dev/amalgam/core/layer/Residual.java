package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.Elementwise;

/**
 * The sum of a layer's input and its output.
 *
 * @param inner the layer
 */
public record Residual(Layer inner) implements Layer {

  /** Returns the sum of the input and what these layers, one after the other, make of it. */
  public static Residual around(Layer... layers) {
    return new Residual(Sequence.of(layers));
  }

  @Override
  public void parameters(ParameterVisitor.Module module, ParameterVisitor visitor) {
    inner.parameters(module, visitor);
  }

  @Override
  public void inputs(InputVisitor visitor) {
    inner.inputs(visitor);
  }

  @Override
  public Output forward(States x, Pass pass) {
    Output branch = inner.forward(x, pass);
    States y = sum(x, branch.states(), pass);
    return pass.output(y, (dy, visitor) -> sum(dy, branch.backward().apply(dy, visitor), pass));
  }

  private static States sum(States a, States b, Pass pass) {
    States sum = pass.states(a.rows(), a.width());
    pass.overRows(
        a.rows(),
        a.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            System.arraycopy(a.data(), a.at(row), sum.data(), sum.at(row), a.width());
            Elementwise.add(sum.data(), sum.at(row), b.data(), b.at(row), a.width());
          }
        });
    return sum;
  }
}
