package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import jdk.incubator.vector.FloatVector;

/** Tanh of whole vectors. */
final class SimdTanh implements VectorActivation {

  private static FloatVector slope(FloatVector value) {
    return value.neg().fma(value, SimdExp.ONE);
  }

  @Override
  public void apply(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, x, i);
      SimdExp.tanh(in).intoArray(y, i);
    }
  }

  @Override
  public void backward(float[] x, float[] dy, float[] dx, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, x, i);
      FloatVector.fromArray(FLOATS, dy, i).mul(slope(SimdExp.tanh(in))).intoArray(dx, i);
    }
  }

  @Override
  public void gate(float[] gate, float[] up, float[] y, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, gate, i);
      FloatVector.fromArray(FLOATS, up, i).mul(SimdExp.tanh(in)).intoArray(y, i);
    }
  }

  @Override
  public void gateBackward(
      float[] gate, float[] up, float[] dy, float[] dGate, float[] dUp, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, gate, i);
      FloatVector factor = FloatVector.fromArray(FLOATS, up, i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, i);
      FloatVector value = SimdExp.tanh(in);
      gradient.mul(factor).mul(slope(value)).intoArray(dGate, i);
      gradient.mul(value).intoArray(dUp, i);
    }
  }
}
