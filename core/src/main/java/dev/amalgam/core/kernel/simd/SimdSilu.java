package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import dev.amalgam.core.kernel.scalar.ScalarActivation;
import jdk.incubator.vector.FloatVector;

/** SiLU of whole vectors. */
final class SimdSilu implements VectorActivation {

  private static final FloatVector LOWEST = SimdExp.broadcast(ScalarActivation.SILU_LOWEST);
  private static final FloatVector HIGHEST = SimdExp.broadcast(ScalarActivation.SILU_HIGHEST);

  private static FloatVector value(FloatVector notBelow, FloatVector s) {
    return notBelow.mul(s);
  }

  private static FloatVector slope(FloatVector within, FloatVector s) {
    return s.mul(SimdExp.ONE.sub(s).fma(within, SimdExp.ONE));
  }

  @Override
  public void apply(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, x, i);
      FloatVector notBelow = SimdExp.atLeast(in, LOWEST);
      FloatVector within = SimdExp.atMost(notBelow, HIGHEST);
      FloatVector s = SimdExp.logistic(within);
      value(notBelow, s).intoArray(y, i);
    }
  }

  @Override
  public void backward(float[] x, float[] dy, float[] dx, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, x, i);
      FloatVector notBelow = SimdExp.atLeast(in, LOWEST);
      FloatVector within = SimdExp.atMost(notBelow, HIGHEST);
      FloatVector s = SimdExp.logistic(within);
      FloatVector.fromArray(FLOATS, dy, i).mul(slope(within, s)).intoArray(dx, i);
    }
  }

  @Override
  public void gate(float[] gate, float[] up, float[] y, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, gate, i);
      FloatVector notBelow = SimdExp.atLeast(in, LOWEST);
      FloatVector within = SimdExp.atMost(notBelow, HIGHEST);
      FloatVector s = SimdExp.logistic(within);
      FloatVector.fromArray(FLOATS, up, i).mul(value(notBelow, s)).intoArray(y, i);
    }
  }

  @Override
  public void gateBackward(
      float[] gate, float[] up, float[] dy, float[] dGate, float[] dUp, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, gate, i);
      FloatVector factor = FloatVector.fromArray(FLOATS, up, i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, i);
      FloatVector notBelow = SimdExp.atLeast(in, LOWEST);
      FloatVector within = SimdExp.atMost(notBelow, HIGHEST);
      FloatVector s = SimdExp.logistic(within);
      gradient.mul(factor).mul(slope(within, s)).intoArray(dGate, i);
      gradient.mul(value(notBelow, s)).intoArray(dUp, i);
    }
  }
}
