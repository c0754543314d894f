package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.kernel.ActivationKernels;
import java.util.List;

/**
 * The gated feed-forward network of Llama, {@code down(f(gate(x)) ⊙ up(x))} (Shazeer, arXiv
 * 2002.05202).
 *
 * @param maps the map whose result goes through f and the map that is gated; or one for both, the
 *     first half of whose results goes through f
 * @param down the map back
 * @param function f
 */
public record GatedMlp(List<Linear> maps, Linear down, ActivationFunction function)
    implements Layer {

  /** Copies the list. */
  public GatedMlp {
    maps = List.copyOf(maps);
    if (maps.isEmpty() || maps.size() > 2) {
      throw new IllegalArgumentException("gate and up are two maps, or one");
    }
  }

  @Override
  public void parameters(ParameterVisitor.Module module, ParameterVisitor visitor) {
    maps.forEach(map -> map.parameters(ParameterVisitor.Module.MLP, visitor));
    down.parameters(ParameterVisitor.Module.MLP, visitor);
  }

  @Override
  public void inputs(InputVisitor visitor) {
    visitor.maps(maps);
    down.inputs(visitor);
  }

  @Override
  public Output forward(States x, Pass pass) {
    pass.showMaps(maps, x);
    States g = pass.states(x.rows(), down.inputs());
    States u = pass.states(x.rows(), down.inputs());
    project(x, g, u, pass);
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
          return projectBackward(x, dGate, dProduct, pass, visitor);
        });
  }

  private void project(States x, States g, States u, Pass pass) {
    if (maps.size() == 2) {
      maps.getFirst().apply(x, g, pass);
      maps.getLast().apply(x, u, pass);
    } else {
      States both = pass.states(x.rows(), 2 * g.width());
      maps.getFirst().apply(x, both, pass);
      g.set(both.columns(0, g.width()));
      u.set(both.columns(g.width(), g.width()));
    }
  }

  private States projectBackward(
      States x, States dGate, States dUp, Pass pass, GradientVisitor visitor) {
    States dx = pass.states(x.rows(), x.width());
    int[] starts = pass.starts();
    if (maps.size() == 2) {
      maps.getFirst().backward(x, dGate, dx, false, starts, pass.engine(), visitor);
      maps.getLast().backward(x, dUp, dx, true, starts, pass.engine(), visitor);
    } else {
      States both = pass.states(x.rows(), 2 * dGate.width());
      both.columns(0, dGate.width()).set(dGate);
      both.columns(dGate.width(), dGate.width()).set(dUp);
      maps.getFirst().backward(x, both, dx, false, starts, pass.engine(), visitor);
    }
    return dx;
  }
}
