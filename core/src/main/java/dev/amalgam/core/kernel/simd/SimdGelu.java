package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import dev.amalgam.core.kernel.scalar.ScalarNormal;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** GELU with the error function of whole vectors. */
final class SimdGelu implements VectorActivation {

  private static FloatVector value(FloatVector x) {
    FloatVector t = SimdExp.atMost(x.abs(), ScalarNormal.WIDEST);
    FloatVector tail = SimdNormal.bell(t).mul(SimdNormal.ratio(t));
    return t.neg().fma(tail, SimdExp.atLeast(x, 0f));
  }

  private static FloatVector slope(FloatVector x) {
    FloatVector t = SimdExp.atMost(x.abs(), ScalarNormal.WIDEST);
    FloatVector ratio = SimdNormal.ratio(t);
    FloatVector left = SimdNormal.bell(t).mul(t.fma(SimdExp.broadcast(-ScalarNormal.PEAK), ratio));
    FloatVector right = SimdExp.broadcast(1f).sub(left);
    return right.blend(left, x.compare(VectorOperators.LT, 0f));
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
