package dev.amalgam.core.layer;

import dev.amalgam.core.weight.Weight;
import java.util.Optional;

/**
 * xIELU of each value (Huang and Schlag, arXiv 2411.13010): {@code αₚx² + βx} for x above 0, else
 * {@code αₙ·(e^min(x, ε) − 1 − x) + βx}. Where αₚ is {@code softplus(p)} and αₙ {@code β +
 * softplus(n)}, p and n are learned. Exponentials are worked out in float64; gradients of p and n
 * are summed there over a row, from left to right.
 *
 * @param positive p, of shape [1]
 * @param negative n, of shape [1]
 * @param beta β, of shape []; 0.5 if it is not stored
 * @param epsilon ε, of shape []; −10⁻⁶ if it is not stored
 */
public record Xielu(
    Weight positive, Weight negative, Optional<Weight> beta, Optional<Weight> epsilon)
    implements Layer {

  private static final float BETA = 0.5f;
  private static final float EPSILON = -1e-6f;

  private record Curve(float alphaP, float alphaN, float beta, float epsilon) {

    float value(float x) {
      return x > 0 ? alphaP * x * x + beta * x : alphaN * left(x) + beta * x;
    }

    float slope(float x) {
      if (x > 0) {
        return 2 * alphaP * x + beta;
      }
      float exponential = x < epsilon ? (float) StrictMath.exp(x) : 0;
      return alphaN * (exponential - 1) + beta;
    }

    float left(float x) {
      return (float) StrictMath.expm1(Math.min(x, epsilon)) - x;
    }
  }

  @Override
  public void parameters(ParameterVisitor.Module module, ParameterVisitor visitor) {
    visitor.visit(positive, ParameterVisitor.Module.MLP, false);
    visitor.visit(negative, ParameterVisitor.Module.MLP, false);
  }

  @Override
  public void inputs(InputVisitor visitor) {}

  @Override
  public Output forward(States x, Pass pass) {
    Curve curve = curve(pass);
    States y = pass.states(x.rows(), x.width());
    pass.overRows(
        x.rows(),
        x.width(),
        (scratch, from, to) -> {
          for (int i = x.at(from); i < x.at(to); i++) {
            y.data()[i] = curve.value(x.data()[i]);
          }
        });
    return pass.output(y, (dy, visitor) -> backward(x, dy, curve, pass, visitor));
  }

  private Curve curve(Pass pass) {
    float bend = beta.map(b -> pass.values(b)[0]).orElse(BETA);
    return new Curve(
        (float) softplus(pass.values(positive)[0]),
        bend + (float) softplus(pass.values(negative)[0]),
        bend,
        epsilon.map(e -> pass.values(e)[0]).orElse(EPSILON));
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  private static double softplusSlope(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  private States backward(States x, States dy, Curve curve, Pass pass, GradientVisitor visitor) {
    States dx = pass.states(x.rows(), x.width());
    States dp = pass.states(x.rows(), 1);
    States dn = pass.states(x.rows(), 1);
    double slopeP = softplusSlope(pass.values(positive)[0]);
    double slopeN = softplusSlope(pass.values(negative)[0]);
    pass.overRows(
        x.rows(),
        x.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            double sumP = 0;
            double sumN = 0;
            for (int i = x.at(row); i < x.at(row) + x.width(); i++) {
              float value = x.data()[i];
              float gradient = dy.data()[i];
              dx.data()[i] = gradient * curve.slope(value);
              if (value > 0) {
                sumP += (double) gradient * value * value;
              } else {
                sumN += (double) gradient * curve.left(value);
              }
            }
            dp.data()[row] = (float) (sumP * slopeP);
            dn.data()[row] = (float) (sumN * slopeN);
          }
        });
    visitor.shift(positive, dp, pass.starts());
    visitor.shift(negative, dn, pass.starts());
    return dx;
  }
}
