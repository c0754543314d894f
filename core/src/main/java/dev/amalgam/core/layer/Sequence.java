package dev.amalgam.core.layer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Layers one after the other.
 *
 * @param layers the first first
 */
public record Sequence(List<Layer> layers) implements Layer {

  /** Copies the list. */
  public Sequence {
    layers = List.copyOf(layers);
  }

  /** Returns these layers one after the other. */
  public static Sequence of(Layer... layers) {
    return new Sequence(List.of(layers));
  }

  @Override
  public void parameters(ParameterVisitor.Module module, ParameterVisitor visitor) {
    layers.forEach(layer -> layer.parameters(module, visitor));
  }

  @Override
  public void inputs(InputVisitor visitor) {
    layers.forEach(layer -> layer.inputs(visitor));
  }

  @Override
  public Output forward(States x, Pass pass) {
    States states = x;
    Deque<Backward> backwards = new ArrayDeque<>();
    for (Layer layer : layers) {
      Output output = layer.forward(states, pass);
      states = output.states();
      if (pass.recording()) {
        backwards.push(output.backward());
      }
    }
    return pass.output(
        states,
        (gradient, visitor) -> {
          States dx = gradient;
          while (!backwards.isEmpty()) {
            // Taken off, so that what it holds can go as soon as it is done.
            dx = backwards.pop().apply(dx, visitor);
          }
          return dx;
        });
  }
}
