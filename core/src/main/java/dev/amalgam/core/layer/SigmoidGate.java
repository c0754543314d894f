package dev.amalgam.core.layer;

import java.util.List;

/**
 * What a layer makes of each row, times a number from 0 to 1 that the row says: {@code
 * σ(gate(x))·inner(x)}, as Qwen2-MoE does with the expert that all tokens share. σ is worked out in
 * float64.
 *
 * @param gate the map to one logit
 * @param inner the layer
 */
public record SigmoidGate(Linear gate, Layer inner) implements Layer {

  @Override
  public void parameters(ParameterVisitor.Module module, ParameterVisitor visitor) {
    inner.parameters(module, visitor);
    gate.parameters(module, visitor);
  }

  @Override
  public void inputs(InputVisitor visitor) {
    inner.inputs(visitor);
    gate.inputs(visitor);
  }

  @Override
  public Output forward(States x, Pass pass) {
    Output made = inner.forward(x, pass);
    Output logits = gate.forward(x, pass);
    double[] shares = new double[x.rows()];
    for (int row = 0; row < shares.length; row++) {
      shares[row] = 1 / (1 + StrictMath.exp(-logits.states().data()[logits.states().at(row)]));
    }
    return pass.output(
        times(made.states(), shares, pass),
        (dy, visitor) -> {
          States dLogits = pass.states(x.rows(), 1);
          for (int row = 0; row < shares.length; row++) {
            double slope = shares[row] * (1 - shares[row]);
            dLogits.data()[row] = (float) (slope * dot(dy, made.states(), row));
          }
          States dInner = made.backward().apply(times(dy, shares, pass), visitor);
          States dGate = logits.backward().apply(dLogits, visitor);
          return Parallel.sum(List.of(dInner, dGate), pass);
        });
  }

  private static States times(States x, double[] shares, Pass pass) {
    States y = pass.states(x.rows(), x.width());
    pass.overRows(
        x.rows(),
        x.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            float share = (float) shares[row];
            for (int i = 0; i < x.width(); i++) {
              y.data()[y.at(row) + i] = share * x.data()[x.at(row) + i];
            }
          }
        });
    return y;
  }

  private static double dot(States a, States b, int row) {
    double sum = 0;
    for (int i = 0; i < a.width(); i++) {
      sum += (double) a.data()[a.at(row) + i] * b.data()[b.at(row) + i];
    }
    return sum;
  }
}
