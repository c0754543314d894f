package dev.amalgam.core.model;

import dev.amalgam.core.layer.Linear;
import dev.amalgam.core.weight.Weight;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A linear map as a family stores it.
 *
 * @param name what its tensors' names, {@code name.weight} and {@code name.bias}, start with
 * @param bias whether it has a bias
 * @param inputsFirst whether its weight is stored as [inputs, outputs], not [outputs, inputs]
 */
public record LinearForm(String name, boolean bias, boolean inputsFirst) {

  /** Returns a map without bias, stored as [outputs, inputs]. */
  public static LinearForm of(String name) {
    return new LinearForm(name, false, false);
  }

  /** Returns such maps, one for each name. */
  public static List<LinearForm> all(String... names) {
    return Stream.of(names).map(LinearForm::of).toList();
  }

  /**
   * Returns the same map with {@code start} in the place of what its name has before its last part.
   */
  public LinearForm under(String start) {
    return new LinearForm(start + name.substring(name.lastIndexOf('.')), bias, inputsFirst);
  }

  /** Returns the same map with a bias or without. */
  public LinearForm withBias(boolean present) {
    return new LinearForm(name, present, inputsFirst);
  }

  /** Returns the same map, its weight stored as [inputs, outputs]. */
  public LinearForm withInputsFirst() {
    return new LinearForm(name, bias, true);
  }

  /**
   * Returns the layer.
   *
   * @throws dev.amalgam.core.layer.ModelException if a tensor is missing or of another shape
   */
  public Linear make(int inputs, int outputs, ModelWeights weights) {
    return new Linear(
        inputsFirst
            ? weights.find(name + ".weight", inputs, outputs)
            : weights.find(name + ".weight", outputs, inputs),
        findBias(outputs, weights),
        inputsFirst);
  }

  /** Returns the map's bias, if it has one. */
  Optional<Weight> findBias(int outputs, ModelWeights weights) {
    return bias ? Optional.of(weights.find(name + ".bias", outputs)) : Optional.empty();
  }
}
