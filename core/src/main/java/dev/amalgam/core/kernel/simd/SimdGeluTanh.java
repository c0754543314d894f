package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import dev.amalgam.core.kernel.scalar.ScalarActivation;
import jdk.incubator.vector.FloatVector;

/** The tanh form of GELU of whole vectors. */
final class SimdGeluTanh implements VectorActivation {

  private static final FloatVector LOWEST = SimdExp.broadcast(ScalarActivation.GELU_TANH_LOWEST);
  private static final FloatVector HIGHEST = SimdExp.broadcast(ScalarActivation.GELU_TANH_HIGHEST);
  private static final FloatVector INNER = SimdExp.broadcast(ScalarActivation.INNER);
  private static final FloatVector CUBIC = SimdExp.broadcast(ScalarActivation.INNER_CUBIC);
  private static final FloatVector CUBIC_SLOPE =
      SimdExp.broadcast(3 * ScalarActivation.INNER_CUBIC);

  private static FloatVector logistic(FloatVector within, FloatVector square) {
    return SimdExp.logistic(within.mul(square.fma(CUBIC, INNER)));
  }

  private static FloatVector value(FloatVector notBelow, FloatVector s) {
    return notBelow.mul(s);
  }

  private static FloatVector slope(FloatVector within, FloatVector square, FloatVector s) {
    FloatVector right = within.mul(square.fma(CUBIC_SLOPE, INNER));
    return s.mul(SimdExp.ONE.sub(s).fma(right, SimdExp.ONE));
  }

  @Override
  public void apply(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, x, i);
      FloatVector notBelow = SimdExp.atLeast(in, LOWEST);
      FloatVector within = SimdExp.atMost(notBelow, HIGHEST);
      FloatVector square = within.mul(within);
      FloatVector s = logistic(within, square);
      value(notBelow, s).intoArray(y, i);
    }
  }

  @Override
  public void backward(float[] x, float[] dy, float[] dx, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, x, i);
      FloatVector notBelow = SimdExp.atLeast(in, LOWEST);
      FloatVector within = SimdExp.atMost(notBelow, HIGHEST);
      FloatVector square = within.mul(within);
      FloatVector s = logistic(within, square);
      FloatVector.fromArray(FLOATS, dy, i).mul(slope(within, square, s)).intoArray(dx, i);
    }
  }

  @Override
  public void gate(float[] gate, float[] up, float[] y, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, gate, i);
      FloatVector notBelow = SimdExp.atLeast(in, LOWEST);
      FloatVector within = SimdExp.atMost(notBelow, HIGHEST);
      FloatVector square = within.mul(within);
      FloatVector s = logistic(within, square);
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
      FloatVector square = within.mul(within);
      FloatVector s = logistic(within, square);
      gradient.mul(factor).mul(slope(within, square, s)).intoArray(dGate, i);
      gradient.mul(value(notBelow, s)).intoArray(dUp, i);
    }
  }
}
