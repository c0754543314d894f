package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.ExpConstants.FRACTION_BITS;
import static dev.amalgam.core.kernel.simd.ExpConstants.HALF_ROUNDER;
import static dev.amalgam.core.kernel.simd.ExpConstants.LOG2_E;
import static dev.amalgam.core.kernel.simd.ExpConstants.MINUS_LN2_HIGH;
import static dev.amalgam.core.kernel.simd.ExpConstants.MINUS_LN2_LOW;
import static dev.amalgam.core.kernel.simd.ExpConstants.ONE;
import static dev.amalgam.core.kernel.simd.ExpConstants.TWICE_Q0;
import static dev.amalgam.core.kernel.simd.ExpConstants.TWICE_Q1;
import static dev.amalgam.core.kernel.simd.ExpConstants.TWICE_Q2;
import static dev.amalgam.core.kernel.simd.ExpConstants.TWICE_Q3;
import static dev.amalgam.core.kernel.simd.ExpConstants.TWICE_Q4;
import static dev.amalgam.core.kernel.simd.ExpConstants.TWO;
import static dev.amalgam.core.kernel.simd.Species.FLOATS;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.amalgam.core.kernel.scalar.ScalarActivation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** GELU with tanh; {@link ScalarActivation} explains it. */
final class SimdGeluTanh implements VectorActivation {

  private static final FloatVector LOWEST =
      ExpConstants.broadcast(ScalarActivation.GELU_TANH_LOWEST);
  private static final FloatVector HIGHEST =
      ExpConstants.broadcast(ScalarActivation.GELU_TANH_HIGHEST);
  private static final FloatVector INNER = ExpConstants.broadcast(ScalarActivation.INNER);
  private static final FloatVector CUBIC = ExpConstants.broadcast(ScalarActivation.INNER_CUBIC);
  private static final FloatVector CUBIC_SLOPE =
      ExpConstants.broadcast(3 * ScalarActivation.INNER_CUBIC);

  @Override
  public void run(
      Pass pass, float[] x, float[] up, float[] dy, float[] out, float[] dUp, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, x, i);
      FloatVector notBelow = in.blend(LOWEST, in.compare(LT, LOWEST));
      FloatVector within = notBelow.blend(HIGHEST, notBelow.compare(GT, HIGHEST));
      FloatVector square = within.mul(within);
      FloatVector z = within.mul(square.fma(CUBIC, INNER)).neg();
      FloatVector rounded = z.fma(LOG2_E, HALF_ROUNDER);
      FloatVector n = rounded.sub(HALF_ROUNDER);
      FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, z));
      FloatVector q = r.fma(TWICE_Q4, TWICE_Q3).fma(r, TWICE_Q2).fma(r, TWICE_Q1).fma(r, TWICE_Q0);
      IntVector power = rounded.reinterpretAsInts().lanewise(LSHL, FRACTION_BITS);
      FloatVector exp = q.fma(r, TWO).fma(r, TWO).mul(power.reinterpretAsFloats());
      FloatVector s = ONE.div(exp.add(ONE));
      FloatVector value = notBelow.mul(s);
      FloatVector right = within.mul(square.fma(CUBIC_SLOPE, INNER));
      FloatVector slope = s.mul(ONE.sub(s).fma(right, ONE));
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
