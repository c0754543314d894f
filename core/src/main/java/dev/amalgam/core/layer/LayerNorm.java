package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.NormalizationKernels;
import dev.amalgam.core.weight.Weight;
import java.util.Arrays;
import java.util.Optional;

/**
 * Normalisation of each row to mean 0 and variance 1 (arXiv 1607.06450): {@code (x −
 * mean)/√(variance + epsilon)·w + b}.
 *
 * @param weight w, of shape [width]; one everywhere if there is none
 * @param bias b, of shape [width]; zero if there is none
 * @param epsilon keeps the root from zero
 */
public record LayerNorm(Optional<Weight> weight, Optional<Weight> bias, float epsilon)
    implements Layer {

  /** Creates the layer with a weight. */
  public LayerNorm(Weight weight, Optional<Weight> bias, float epsilon) {
    this(Optional.of(weight), bias, epsilon);
  }

  @Override
  public void parameters(ParameterVisitor.Module module, ParameterVisitor visitor) {
    weight.ifPresent(w -> visitor.visit(w, ParameterVisitor.Module.NORMS, false));
    bias.ifPresent(b -> visitor.visit(b, ParameterVisitor.Module.NORMS, false));
  }

  @Override
  public void inputs(InputVisitor visitor) {
    weight.ifPresent(visitor::scale);
  }

  @Override
  public Output forward(States x, Pass pass) {
    float[] w = weight.map(pass::values).orElseGet(() -> ones(x.width()));
    float[] b = bias.map(pass::values).orElseGet(() -> new float[w.length]);
    States y = pass.states(x.rows(), x.width());
    float[] reciprocals = new float[x.rows()];
    NormalizationKernels kernels = pass.kernels().normalization();
    pass.overRows(
        x.rows(),
        x.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            reciprocals[row] =
                kernels.layerNorm(x.data(), x.at(row), x.width(), w, b, epsilon, y.data());
          }
        });
    weight.ifPresent(known -> pass.showScale(known, 1, () -> normalized(x, reciprocals, pass)));
    return pass.output(y, (dy, visitor) -> backward(x, w, reciprocals, dy, pass, visitor));
  }

  private static float[] ones(int width) {
    float[] ones = new float[width];
    Arrays.fill(ones, 1);
    return ones;
  }

  private States backward(
      States x, float[] w, float[] reciprocals, States dy, Pass pass, GradientVisitor visitor) {
    NormalizationKernels kernels = pass.kernels().normalization();
    States normalized = normalized(x, reciprocals, pass);
    States dx = pass.states(x.rows(), x.width());
    pass.overRows(
        x.rows(),
        x.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            kernels.layerNormBackward(
                normalized.data(), x.at(row), x.width(), w, reciprocals[row], dy.data(), dx.data());
          }
        });
    int[] starts = pass.starts();
    weight.ifPresent(known -> visitor.scale(known, normalized, dy, starts));
    bias.ifPresent(b -> visitor.shift(b, dy, starts));
    return dx;
  }

  private static States normalized(States x, float[] reciprocals, Pass pass) {
    NormalizationKernels kernels = pass.kernels().normalization();
    States normalized = pass.states(x.rows(), x.width());
    pass.overRows(
        x.rows(),
        x.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            kernels.layerNormalized(
                x.data(), x.at(row), x.width(), reciprocals[row], normalized.data());
          }
        });
    return normalized;
  }
}
