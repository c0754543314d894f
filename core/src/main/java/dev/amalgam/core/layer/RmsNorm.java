package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.NormalizationKernels;
import dev.amalgam.core.weight.Weight;

/**
 * Root mean square normalisation of each row (arXiv 1910.07467): {@code x/√(mean(x²) +
 * epsilon)·(offset + w)}.
 *
 * @param weight w, of shape [width]
 * @param offset what is added to each weight: 0, or 1 where weights are stored as differences from
 *     1, as in Gemma
 * @param epsilon keeps the root from zero
 */
public record RmsNorm(Weight weight, float offset, float epsilon) implements Layer {

  @Override
  public void parameters(ParameterVisitor.Module module, ParameterVisitor visitor) {
    visitor.visit(weight, ParameterVisitor.Module.NORMS, false);
  }

  @Override
  public void inputs(InputVisitor visitor) {
    visitor.scale(weight);
  }

  @Override
  public Output forward(States x, Pass pass) {
    return forward(x, 1, pass);
  }

  /**
   * Normalises rows of which {@code perToken} belong to each token.
   *
   * @param x compact
   */
  Output forward(States x, int perToken, Pass pass) {
    float[] w = gains(pass);
    States y = pass.states(x.rows(), x.width());
    float[] reciprocals = new float[x.rows()];
    NormalizationKernels kernels = pass.kernels().normalization();
    pass.overRows(
        x.rows(),
        x.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            reciprocals[row] =
                kernels.rmsNorm(x.data(), x.at(row), x.width(), w, epsilon, y.data());
          }
        });
    pass.showScale(weight, perToken, () -> normalized(x, reciprocals, pass));
    return pass.output(
        y, (dy, visitor) -> backward(x, w, reciprocals, dy, perToken, pass, visitor));
  }

  private float[] gains(Pass pass) {
    float[] gains = pass.values(weight);
    // Not added where it is zero: the sum would make 0 of −0.
    for (int i = 0; offset != 0 && i < gains.length; i++) {
      gains[i] += offset;
    }
    return gains;
  }

  private States backward(
      States x,
      float[] w,
      float[] reciprocals,
      States dy,
      int perToken,
      Pass pass,
      GradientVisitor visitor) {
    NormalizationKernels kernels = pass.kernels().normalization();
    States normalized = normalized(x, reciprocals, pass);
    States dx = pass.states(x.rows(), x.width());
    pass.overRows(
        x.rows(),
        x.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            kernels.rmsNormBackward(
                x.data(), x.at(row), x.width(), w, reciprocals[row], dy.data(), dx.data());
          }
        });
    int[] starts = pass.starts().clone();
    for (int i = 0; i < starts.length; i++) {
      starts[i] *= perToken;
    }
    visitor.scale(weight, normalized, dy, starts);
    return dx;
  }

  private static States normalized(States x, float[] reciprocals, Pass pass) {
    States normalized = pass.states(x.rows(), x.width());
    pass.overRows(
        x.rows(),
        x.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            int at = x.at(row);
            for (int i = 0; i < x.width(); i++) {
              normalized.data()[at + i] = x.data()[at + i] * reciprocals[row];
            }
          }
        });
    return normalized;
  }
}
