package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.kernel.ActivationKernels;
import java.util.List;

/**
 * The gated feed-forward network of Llama, {@code down(f(gate(x)) ⊙ up(x))} (Shazeer, arXiv
 * 2002.05202).
 *
 * @param gate the map whose result goes through f
 * @param up the map that is gated
 * @param down the map back
 * @param function f
 */
public record GatedMlp(Linear gate, Linear up, Linear down, ActivationFunction function)
    implements Layer {

  @Override
  public void parameters(ParameterVisitor.Module module, ParameterVisitor visitor) {
    for (Linear linear : List.of(gate, up, down)) {
      linear.parameters(ParameterVisitor.Module.MLP, visitor);
    }
  }

  @Override
  public void inputs(InputVisitor visitor) {
    visitor.maps(List.of(gate, up));
    down.inputs(visitor);
  }

  @Override
  public Output forward(States x, Pass pass) {
    pass.showMaps(List.of(gate, up), x);
    States g = pass.states(x.rows(), gate.outputs());
    States u = pass.states(x.rows(), up.outputs());
    gate.apply(x, g, pass);
    up.apply(x, u, pass);
    ActivationKernels kernels = pass.kernels().activation();
    States product = pass.states(g.rows(), g.width());
    pass.overRows(
        g.rows(),
        g.width(),
        (scratch, from, to) ->
            kernels.gate(function, g.data(), u.data(), product.data(), g.at(from), g.at(to)));
    Output result = down.forward(product, pass);
    return pass.output(
        result.states(),
        (dy, visitor) -> {
          States dProduct = result.backward().apply(dy, visitor);
          States dGate = pass.states(g.rows(), g.width());
          // The gradient of up takes the place of the product's.
          pass.overRows(
              g.rows(),
              g.width(),
              (scratch, from, to) ->
                  kernels.gateBackward(
                      function,
                      g.data(),
                      u.data(),
                      dProduct.data(),
                      dGate.data(),
                      dProduct.data(),
                      g.at(from),
                      g.at(to)));
          States dx = pass.states(x.rows(), x.width());
          int[] starts = pass.starts();
          gate.backward(x, dGate, dx, false, starts, pass.engine(), visitor);
          up.backward(x, dProduct, dx, true, starts, pass.engine(), visitor);
          return dx;
        });
  }
}
