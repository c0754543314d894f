package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import dev.amalgam.core.kernel.scalar.ScalarActivation;
import jdk.incubator.vector.FloatVector;

/** SiLU of whole vectors. */
final class SimdSilu implements VectorActivation {

  private static FloatVector value(FloatVector x) {
    FloatVector notBelow = SimdExp.atLeast(x, ScalarActivation.SILU_LOWEST);
    return notBelow.mul(SimdExp.logistic(SimdExp.atMost(notBelow, ScalarActivation.SILU_HIGHEST)));
  }

  private static FloatVector slope(FloatVector x) {
    FloatVector notBelow = SimdExp.atLeast(x, ScalarActivation.SILU_LOWEST);
    FloatVector within = SimdExp.atMost(notBelow, ScalarActivation.SILU_HIGHEST);
    FloatVector s = SimdExp.logistic(within);
    return s.mul(SimdExp.fma(within, SimdExp.broadcast(1f).sub(s), 1f));
  }

  @Override
  public void apply(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      value(FloatVector.fromArray(FLOATS, x, i)).intoArray(y, i);
    }
  }

  @Override
  public void backward(float[] x, float[] dy, float[] dx, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector slope = slope(FloatVector.fromArray(FLOATS, x, i));
      FloatVector.fromArray(FLOATS, dy, i).mul(slope).intoArray(dx, i);
    }
  }

  @Override
  public void gate(float[] gate, float[] up, float[] y, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector value = value(FloatVector.fromArray(FLOATS, gate, i));
      value.mul(FloatVector.fromArray(FLOATS, up, i)).intoArray(y, i);
    }
  }

  @Override
  public void gateBackward(
      float[] gate, float[] up, float[] dy, float[] dGate, float[] dUp, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector x = FloatVector.fromArray(FLOATS, gate, i);
      FloatVector value = value(x);
      FloatVector slope = slope(x);
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, i);
      FloatVector factor = FloatVector.fromArray(FLOATS, up, i);
      gradient.mul(factor).mul(slope).intoArray(dGate, i);
      gradient.mul(value).intoArray(dUp, i);
    }
  }
}
