package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.matrix.Matrix;
import dev.amalgam.core.matrix.WeightMatrix;
import dev.amalgam.core.weight.Weight;
import java.util.List;
import java.util.Optional;

/**
 * The affine map {@code y = x·Wᵀ + b}.
 *
 * @param weight W, of shape [outputs, inputs], or [inputs, outputs] if {@code inputsFirst}
 * @param bias b, of shape [outputs]
 * @param inputsFirst whether Wᵀ is what is stored, as in the Conv1D layers of GPT-2
 */
public record Linear(Weight weight, Optional<Weight> bias, boolean inputsFirst) implements Layer {

  /** Returns the number of values in an input row. */
  public int inputs() {
    return Math.toIntExact(weight.shape().dimension(inputsFirst ? 0 : 1));
  }

  /** Returns the number of values in an output row. */
  public int outputs() {
    return Math.toIntExact(weight.shape().dimension(inputsFirst ? 1 : 0));
  }

  @Override
  public void parameters(ParameterVisitor.Module module, ParameterVisitor visitor) {
    visitor.visit(weight.whole(), module, inputsFirst);
    bias.ifPresent(b -> visitor.visit(b, module, false));
  }

  @Override
  public void inputs(InputVisitor visitor) {
    visitor.maps(List.of(this));
  }

  @Override
  public Output forward(States x, Pass pass) {
    pass.showMaps(List.of(this), x);
    States y = pass.states(x.rows(), outputs());
    apply(x, y, pass);
    return pass.output(
        y,
        (dy, visitor) -> {
          States dx = pass.states(x.rows(), x.width());
          backward(x, dy, dx, false, pass.starts(), pass.engine(), visitor);
          return dx;
        });
  }

  /** Writes the map of {@code x} to {@code y}. */
  void apply(States x, States y, Pass pass) {
    pass.products()
        .multiply(x.matrix(), inputsToOutputs(), y.data(), y.offset(), y.stride(), false);
    bias.ifPresent(
        b -> {
          float[] shift = pass.values(b);
          pass.overRows(
              y.rows(),
              y.width(),
              (scratch, from, to) -> {
                for (int row = from; row < to; row++) {
                  Elementwise.add(y.data(), y.at(row), shift, 0, y.width());
                }
              });
        });
  }

  /**
   * Shows the parameters to the visitor and writes the gradient at {@code x} to {@code dx}, or adds
   * it to what is there.
   */
  void backward(
      States x,
      States dy,
      States dx,
      boolean add,
      int[] starts,
      Engine engine,
      GradientVisitor visitor) {
    visitor.product(weight, inputsFirst, x, dy, starts);
    bias.ifPresent(b -> visitor.shift(b, dy, starts));
    engine
        .products()
        .multiply(
            dy.matrix(), inputsToOutputs().transposed(), dx.data(), dx.offset(), dx.stride(), add);
  }

  private Matrix inputsToOutputs() {
    WeightMatrix stored = WeightMatrix.of(weight);
    return inputsFirst ? stored : stored.transposed();
  }
}
