package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.Elementwise;
import java.util.List;

/**
 * The sum of what layers make of the same input, added up in their order.
 *
 * @param layers at least one, all of the same width of output
 */
public record Parallel(List<Layer> layers) implements Layer {

  /** Copies the list. */
  public Parallel {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("a sum needs a layer");
    }
  }

  /** Returns the sum of what these layers make of their input. */
  public static Parallel of(Layer... layers) {
    return new Parallel(List.of(layers));
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
    List<Output> outputs = layers.stream().map(layer -> layer.forward(x, pass)).toList();
    return pass.output(
        sum(outputs.stream().map(Output::states).toList(), pass),
        (dy, visitor) ->
            sum(outputs.stream().map(o -> o.backward().apply(dy, visitor)).toList(), pass));
  }

  /** Returns the sum of compact states, added up in their order. */
  static States sum(List<States> parts, Pass pass) {
    States sum = pass.copy(parts.getFirst());
    pass.overRows(
        sum.rows(),
        sum.width(),
        (scratch, from, to) -> {
          int count = (to - from) * sum.width();
          for (States part : parts.subList(1, parts.size())) {
            Elementwise.add(sum.data(), sum.at(from), part.data(), part.at(from), count);
          }
        });
    return sum;
  }
}
