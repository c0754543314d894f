package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import dev.amalgam.core.kernel.scalar.ScalarExp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** exp, tanh and the logistic function of a vector; {@link ScalarExp} explains them. */
final class SimdExp {

  private SimdExp() {}

  static FloatVector exp(FloatVector x) {
    return expWithin(clamp(x, ScalarExp.LOWEST, ScalarExp.HIGHEST));
  }

  static FloatVector expWithin(FloatVector x) {
    FloatVector rounded = fma(x, ScalarExp.LOG2_E, ScalarExp.HALF_ROUNDER);
    FloatVector r = reduced(x, rounded.sub(ScalarExp.HALF_ROUNDER));
    FloatVector q = fma(fma(r, 2 * ScalarExp.Q4, 2 * ScalarExp.Q3), r, 2 * ScalarExp.Q2);
    q = fma(fma(q, r, 2 * ScalarExp.Q1), r, 2 * ScalarExp.Q0);
    return fma(fma(q, r, 2f), r, 2f).mul(power(rounded));
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector z = atMost(x.abs(), ScalarExp.TANH_IS_ONE).mul(-2f);
    FloatVector rounded = fma(z, ScalarExp.LOG2_E, ScalarExp.ROUNDER);
    FloatVector r = reduced(z, rounded.sub(ScalarExp.ROUNDER));
    FloatVector q = fma(fma(r, ScalarExp.Q4, ScalarExp.Q3), r, ScalarExp.Q2);
    q = fma(fma(q, r, ScalarExp.Q1), r, ScalarExp.Q0);
    FloatVector power = power(rounded);
    FloatVector expm1 = q.mul(r).fma(r, r).fma(power, power.sub(1f));
    return withSign(expm1.div(expm1.add(2f)).abs(), x);
  }

  /** Returns {@code 1/(1 + e^−x)}, for NaN and what {@link #expWithin} takes of both signs. */
  static FloatVector logistic(FloatVector x) {
    return broadcast(1f).div(expWithin(x.neg()).add(1f));
  }

  /** Returns NaN for NaN. */
  static FloatVector clamp(FloatVector x, float lowest, float highest) {
    return atMost(atLeast(x, lowest), highest);
  }

  static FloatVector atLeast(FloatVector x, float lowest) {
    return x.blend(lowest, x.compare(VectorOperators.LT, lowest));
  }

  static FloatVector atMost(FloatVector x, float highest) {
    return x.blend(highest, x.compare(VectorOperators.GT, highest));
  }

  static FloatVector fma(FloatVector a, FloatVector b, float c) {
    return a.fma(b, broadcast(c));
  }

  static FloatVector fma(FloatVector a, float b, float c) {
    return a.fma(broadcast(b), broadcast(c));
  }

  static FloatVector broadcast(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  private static FloatVector reduced(FloatVector x, FloatVector n) {
    FloatVector r = n.fma(broadcast(ScalarExp.MINUS_LN2_HIGH), x);
    return n.fma(broadcast(ScalarExp.MINUS_LN2_LOW), r);
  }

  private static FloatVector power(FloatVector rounded) {
    return rounded
        .reinterpretAsInts()
        .lanewise(VectorOperators.LSHL, ScalarExp.FRACTION_BITS)
        .reinterpretAsFloats();
  }

  private static FloatVector withSign(FloatVector magnitude, FloatVector sign) {
    IntVector bit = sign.reinterpretAsInts().and(Integer.MIN_VALUE);
    return magnitude.reinterpretAsInts().or(bit).reinterpretAsFloats();
  }
}
