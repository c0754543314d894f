package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.kernel.ActivationKernels;

/**
 * Each value bent into (−cap, cap), {@code cap·tanh(x/cap)}, as Gemma 2 does with logits and with
 * the scaled products of queries and keys (arXiv 2408.00118).
 *
 * @param cap the bound, above 0
 */
public record SoftCap(float cap) implements Layer {

  @Override
  public void parameters(ParameterVisitor.Module module, ParameterVisitor visitor) {}

  @Override
  public void inputs(InputVisitor visitor) {}

  @Override
  public Output forward(States x, Pass pass) {
    return pass.output(
        bent(x, pass),
        (dy, visitor) -> {
          // Bent again, for a head overwrites its logits with their gradient.
          States y = bent(x, pass);
          States dx = pass.copy(dy);
          pass.overRows(
              dx.rows(),
              dx.width(),
              (scratch, from, to) -> backward(y.data(), dx.data(), dx.at(from), dx.at(to)));
          return dx;
        });
  }

  private States bent(States x, Pass pass) {
    States y = pass.copy(x);
    ActivationKernels kernels = pass.kernels().activation();
    pass.overRows(
        y.rows(), y.width(), (scratch, from, to) -> apply(y.data(), y.at(from), y.at(to), kernels));
    return y;
  }

  /** Bends the values {@code [from .. to)}, in place. */
  void apply(float[] x, int from, int to, ActivationKernels kernels) {
    float share = 1 / cap;
    for (int i = from; i < to; i++) {
      x[i] *= share;
    }
    kernels.apply(ActivationFunction.TANH, x, x, from, to);
    for (int i = from; i < to; i++) {
      x[i] *= cap;
    }
  }

  /** Takes gradients {@code [from .. to)} back, in place, through the bend that gave {@code y}. */
  void backward(float[] y, float[] gradient, int from, int to) {
    float share = 1 / cap;
    for (int i = from; i < to; i++) {
      float tanh = share * y[i];
      gradient[i] *= 1 - tanh * tanh;
    }
  }
}
