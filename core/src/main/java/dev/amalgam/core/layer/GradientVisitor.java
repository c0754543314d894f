package dev.amalgam.core.layer;

import dev.amalgam.core.weight.Weight;

/**
 * Is shown, layer by layer and the last layer first, everything from which the gradients of a
 * model's parameters follow. A weight may be shown several times (a tied embedding, a large
 * vocabulary in parts): its gradient is the sum.
 *
 * <p>In each call, {@code starts} says which rows come from which example: rows {@code starts[e]}
 * to {@code starts[e + 1] − 1} from example e of the batch. The states may be overwritten after the
 * call.
 */
public interface GradientVisitor {

  /**
   * Shows a matrix product {@code y = x·Wᵀ}: the gradient of W is {@code dyᵀ·x}.
   *
   * @param inputsFirst whether the weight is stored as Wᵀ, of shape [inputs, outputs]
   */
  void product(Weight weight, boolean inputsFirst, States x, States dy, int[] starts);

  /** Shows a bias, added to every row: its gradient is the sum of the rows of {@code dy}. */
  void shift(Weight weight, States dy, int[] starts);

  /** Shows an element-wise product {@code y = w ⊙ x}: the gradient of w is the sum of dy ⊙ x. */
  void scale(Weight weight, States x, States dy, int[] starts);

  /**
   * Shows a table of which row {@code indexes[r]} became row r: its gradient is dy's row r there.
   */
  void lookup(Weight weight, int[] indexes, States dy, int[] starts);
}
