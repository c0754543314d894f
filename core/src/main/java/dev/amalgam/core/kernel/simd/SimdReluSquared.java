package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.ExpConstants.ZERO;
import static dev.amalgam.core.kernel.simd.Species.FLOATS;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;

/** Squared ReLU. */
final class SimdReluSquared implements VectorActivation {

  @Override
  public void run(
      Pass pass, float[] x, float[] up, float[] dy, float[] out, float[] dUp, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, x, i);
      FloatVector relu = in.blend(ZERO, in.compare(LT, ZERO));
      FloatVector value = relu.mul(relu);
      FloatVector slope = relu.add(relu);
      if (pass == Pass.APPLY) {
        value.intoArray(out, i);
      } else if (pass == Pass.BACKWARD) {
        FloatVector.fromArray(FLOATS, dy, i).mul(slope).intoArray(out, i);
      } else if (pass == Pass.GATE) {
        FloatVector.fromArray(FLOATS, up, i).mul(value).intoArray(out, i);
      } else {
        FloatVector gradient = FloatVector.fromArray(FLOATS, dy, i);
        FloatVector factor = FloatVector.fromArray(FLOATS, up, i);
        gradient.mul(factor).mul(slope).intoArray(out, i);
        gradient.mul(value).intoArray(dUp, i);
      }
    }
  }
}
