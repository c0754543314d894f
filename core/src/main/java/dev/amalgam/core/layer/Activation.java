package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.kernel.ActivationKernels;

/**
 * A non-linear function of each value.
 *
 * @param function the function
 */
public record Activation(ActivationFunction function) implements Layer {

  @Override
  public void parameters(ParameterVisitor.Module module, ParameterVisitor visitor) {}

  @Override
  public void inputs(InputVisitor visitor) {}

  @Override
  public Output forward(States x, Pass pass) {
    ActivationKernels kernels = pass.kernels().activation();
    States y = pass.states(x.rows(), x.width());
    pass.overRows(
        x.rows(),
        x.width(),
        (scratch, from, to) -> kernels.apply(function, x.data(), y.data(), x.at(from), x.at(to)));
    return pass.output(
        y,
        (dy, visitor) -> {
          States dx = pass.states(x.rows(), x.width());
          pass.overRows(
              x.rows(),
              x.width(),
              (scratch, from, to) ->
                  kernels.backward(function, x.data(), dy.data(), dx.data(), x.at(from), x.at(to)));
          return dx;
        });
  }
}
