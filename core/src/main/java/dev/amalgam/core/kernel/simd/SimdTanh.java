package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.ExpConstants.FRACTION_BITS;
import static dev.amalgam.core.kernel.simd.ExpConstants.LOG2_E;
import static dev.amalgam.core.kernel.simd.ExpConstants.MINUS_LN2_HIGH;
import static dev.amalgam.core.kernel.simd.ExpConstants.MINUS_LN2_LOW;
import static dev.amalgam.core.kernel.simd.ExpConstants.ONE;
import static dev.amalgam.core.kernel.simd.ExpConstants.TWO;
import static dev.amalgam.core.kernel.simd.Species.FLOATS;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.amalgam.core.kernel.scalar.ScalarExp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** tanh; {@link ScalarExp} explains it. */
final class SimdTanh implements VectorActivation {

  private static final FloatVector MINUS_TWO = ExpConstants.broadcast(-2f);
  private static final FloatVector IS_ONE = ExpConstants.broadcast(ScalarExp.TANH_IS_ONE);
  private static final FloatVector ROUNDER = ExpConstants.broadcast(ScalarExp.ROUNDER);
  private static final FloatVector Q0 = ExpConstants.broadcast(ScalarExp.Q0);
  private static final FloatVector Q1 = ExpConstants.broadcast(ScalarExp.Q1);
  private static final FloatVector Q2 = ExpConstants.broadcast(ScalarExp.Q2);
  private static final FloatVector Q3 = ExpConstants.broadcast(ScalarExp.Q3);
  private static final FloatVector Q4 = ExpConstants.broadcast(ScalarExp.Q4);

  @Override
  public void run(
      Pass pass, float[] x, float[] up, float[] dy, float[] out, float[] dUp, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, x, i);
      FloatVector magnitude = in.abs();
      FloatVector z = magnitude.blend(IS_ONE, magnitude.compare(GT, IS_ONE)).mul(MINUS_TWO);
      FloatVector rounded = z.fma(LOG2_E, ROUNDER);
      FloatVector n = rounded.sub(ROUNDER);
      FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, z));
      FloatVector q = r.fma(Q4, Q3).fma(r, Q2).fma(r, Q1).fma(r, Q0);
      FloatVector power =
          rounded.reinterpretAsInts().lanewise(LSHL, FRACTION_BITS).reinterpretAsFloats();
      FloatVector expm1 = q.mul(r).fma(r, r).fma(power, power.sub(ONE));
      IntVector unsigned = expm1.div(expm1.add(TWO)).abs().reinterpretAsInts();
      IntVector sign = in.reinterpretAsInts().and(Integer.MIN_VALUE);
      FloatVector value = unsigned.or(sign).reinterpretAsFloats();
      FloatVector slope = value.neg().fma(value, ONE);
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
