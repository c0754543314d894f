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
import static dev.amalgam.core.kernel.simd.ExpConstants.ZERO;
import static dev.amalgam.core.kernel.simd.Species.FLOATS;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.amalgam.core.kernel.scalar.ScalarActivation;
import dev.amalgam.core.kernel.scalar.ScalarNormal;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/** GELU with the error function; {@link ScalarActivation} and {@link ScalarNormal} explain it. */
final class SimdGelu implements VectorActivation {

  private static final FloatVector WIDEST = ExpConstants.broadcast(ScalarNormal.WIDEST);
  private static final FloatVector MINUS_PEAK = ExpConstants.broadcast(-ScalarNormal.PEAK);
  private static final FloatVector MINUS_HALF = ExpConstants.broadcast(-0.5f);
  private static final FloatVector CENTRE = ExpConstants.broadcast(ScalarNormal.CENTRE);
  private static final FloatVector C0 = ExpConstants.broadcast(ScalarNormal.C0);
  private static final FloatVector C1 = ExpConstants.broadcast(ScalarNormal.C1);
  private static final FloatVector C2 = ExpConstants.broadcast(ScalarNormal.C2);
  private static final FloatVector C3 = ExpConstants.broadcast(ScalarNormal.C3);
  private static final FloatVector C4 = ExpConstants.broadcast(ScalarNormal.C4);
  private static final FloatVector C5 = ExpConstants.broadcast(ScalarNormal.C5);
  private static final FloatVector C6 = ExpConstants.broadcast(ScalarNormal.C6);
  private static final FloatVector C7 = ExpConstants.broadcast(ScalarNormal.C7);
  private static final FloatVector C8 = ExpConstants.broadcast(ScalarNormal.C8);
  private static final FloatVector C9 = ExpConstants.broadcast(ScalarNormal.C9);

  @Override
  public void run(
      Pass pass, float[] x, float[] up, float[] dy, float[] out, float[] dUp, int from, int to) {
    for (int i = from; i < to; i += FLOATS.length()) {
      FloatVector in = FloatVector.fromArray(FLOATS, x, i);
      FloatVector magnitude = in.abs();
      FloatVector t = magnitude.blend(WIDEST, magnitude.compare(GT, WIDEST));
      FloatVector z = t.mul(t).mul(MINUS_HALF);
      FloatVector rounded = z.fma(LOG2_E, HALF_ROUNDER);
      FloatVector n = rounded.sub(HALF_ROUNDER);
      FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, z));
      FloatVector q = r.fma(TWICE_Q4, TWICE_Q3).fma(r, TWICE_Q2).fma(r, TWICE_Q1).fma(r, TWICE_Q0);
      IntVector power = rounded.reinterpretAsInts().lanewise(LSHL, FRACTION_BITS);
      FloatVector bell = q.fma(r, TWO).fma(r, TWO).mul(power.reinterpretAsFloats());
      FloatVector u = t.sub(CENTRE).div(t.add(CENTRE));
      FloatVector p = u.fma(C9, C8).fma(u, C7).fma(u, C6).fma(u, C5).fma(u, C4).fma(u, C3);
      FloatVector ratio = p.fma(u, C2).fma(u, C1).fma(u, C0);
      VectorMask<Float> negative = in.compare(LT, ZERO);
      FloatVector value = t.neg().fma(bell.mul(ratio), in.blend(ZERO, negative));
      FloatVector left = bell.mul(t.fma(MINUS_PEAK, ratio));
      FloatVector slope = ONE.sub(left).blend(left, negative);
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
