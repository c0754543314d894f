package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** ReLU of whole vectors. */
final class SimdRelu implements VectorActivation {

  private static final FloatVector ZERO = FloatVector.zero(FLOATS);

  private static FloatVector value(FloatVector x) {
    return SimdExp.atLeast(x, ZERO);
  }

  private static FloatVector slope(FloatVector x) {
    return SimdExp.ONE.blend(ZERO, x.compare(VectorOperators.LE, ZERO));
  }

  @Override
  public void apply(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, x, i);
      value(in).intoArray(y, i);
    }
  }

  @Override
  public void backward(float[] x, float[] dy, float[] dx, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, x, i);
      FloatVector.fromArray(FLOATS, dy, i).mul(slope(in)).intoArray(dx, i);
    }
  }

  @Override
  public void gate(float[] gate, float[] up, float[] y, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, gate, i);
      FloatVector.fromArray(FLOATS, up, i).mul(value(in)).intoArray(y, i);
    }
  }

  @Override
  public void gateBackward(
      float[] gate, float[] up, float[] dy, float[] dGate, float[] dUp, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, gate, i);
      FloatVector factor = FloatVector.fromArray(FLOATS, up, i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, i);
      gradient.mul(factor).mul(slope(in)).intoArray(dGate, i);
      gradient.mul(value(in)).intoArray(dUp, i);
    }
  }
}
