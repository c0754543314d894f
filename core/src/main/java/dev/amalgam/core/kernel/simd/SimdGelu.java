package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** GELU with the error function of whole vectors. */
final class SimdGelu implements VectorActivation {

  private static final FloatVector ZERO = FloatVector.zero(FLOATS);

  private static FloatVector value(
      FloatVector x, FloatVector t, FloatVector bell, FloatVector ratio) {
    return t.neg().fma(bell.mul(ratio), SimdExp.atLeast(x, ZERO));
  }

  private static FloatVector slope(
      FloatVector x, FloatVector t, FloatVector bell, FloatVector ratio) {
    FloatVector left = bell.mul(t.fma(SimdNormal.MINUS_PEAK, ratio));
    return SimdExp.ONE.sub(left).blend(left, x.compare(VectorOperators.LT, ZERO));
  }

  @Override
  public void apply(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, x, i);
      FloatVector t = SimdExp.atMost(in.abs(), SimdNormal.WIDEST);
      FloatVector bell = SimdNormal.bell(t);
      FloatVector ratio = SimdNormal.ratio(t);
      value(in, t, bell, ratio).intoArray(y, i);
    }
  }

  @Override
  public void backward(float[] x, float[] dy, float[] dx, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, x, i);
      FloatVector t = SimdExp.atMost(in.abs(), SimdNormal.WIDEST);
      FloatVector bell = SimdNormal.bell(t);
      FloatVector ratio = SimdNormal.ratio(t);
      FloatVector.fromArray(FLOATS, dy, i).mul(slope(in, t, bell, ratio)).intoArray(dx, i);
    }
  }

  @Override
  public void gate(float[] gate, float[] up, float[] y, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, gate, i);
      FloatVector t = SimdExp.atMost(in.abs(), SimdNormal.WIDEST);
      FloatVector bell = SimdNormal.bell(t);
      FloatVector ratio = SimdNormal.ratio(t);
      FloatVector.fromArray(FLOATS, up, i).mul(value(in, t, bell, ratio)).intoArray(y, i);
    }
  }

  @Override
  public void gateBackward(
      float[] gate, float[] up, float[] dy, float[] dGate, float[] dUp, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, gate, i);
      FloatVector factor = FloatVector.fromArray(FLOATS, up, i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, i);
      FloatVector t = SimdExp.atMost(in.abs(), SimdNormal.WIDEST);
      FloatVector bell = SimdNormal.bell(t);
      FloatVector ratio = SimdNormal.ratio(t);
      gradient.mul(factor).mul(slope(in, t, bell, ratio)).intoArray(dGate, i);
      gradient.mul(value(in, t, bell, ratio)).intoArray(dUp, i);
    }
  }
}
