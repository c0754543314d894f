package dev.amalgam.core.model;

import dev.amalgam.core.weight.Weight;

/**
 * A parameter tensor of a model and its place. A tensor that is used in several places has the
 * first of them.
 *
 * @param weight the tensor
 * @param inputsFirst whether it is a matrix that is stored as [inputs, outputs]
 * @param layer {@code embedding}, {@code layers.N}, {@code final_norm} or {@code head}
 * @param module in a layer {@code layers.N.attention}, {@code layers.N.mlp} or {@code
 *     layers.N.norms}, else what {@code layer} is
 * @param firstLayer the first transformer layer of which the input still does not depend on the
 *     tensor, by number: −1 if every layer's input depends on it, the number of layers if none does
 */
public record ModelParameter(
    Weight weight, boolean inputsFirst, String layer, String module, int firstLayer) {

  /** Returns the tensor's name. */
  public String name() {
    return weight.name();
  }
}
