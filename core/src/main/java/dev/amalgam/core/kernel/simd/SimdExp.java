package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import dev.amalgam.core.kernel.scalar.ScalarExp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * exp, tanh and the logistic function of a vector; {@link ScalarExp} explains them.
 *
 * <p>Constants are vectors made once, not numbers made into vectors where they are wanted: the
 * compiler stops inlining after so many nodes, from where on every vector becomes an object, and to
 * broadcast a number takes half as many nodes as to calculate with it.
 */
final class SimdExp {

  static final FloatVector ONE = broadcast(1f);

  private static final FloatVector TWO = broadcast(2f);
  private static final FloatVector MINUS_TWO = broadcast(-2f);
  private static final FloatVector LOWEST = broadcast(ScalarExp.LOWEST);
  private static final FloatVector HIGHEST = broadcast(ScalarExp.HIGHEST);
  private static final FloatVector TANH_IS_ONE = broadcast(ScalarExp.TANH_IS_ONE);
  private static final FloatVector LOG2_E = broadcast(ScalarExp.LOG2_E);
  private static final FloatVector MINUS_LN2_HIGH = broadcast(ScalarExp.MINUS_LN2_HIGH);
  private static final FloatVector MINUS_LN2_LOW = broadcast(ScalarExp.MINUS_LN2_LOW);
  private static final FloatVector ROUNDER = broadcast(ScalarExp.ROUNDER);
  private static final FloatVector HALF_ROUNDER = broadcast(ScalarExp.HALF_ROUNDER);
  private static final FloatVector Q0 = broadcast(ScalarExp.Q0);
  private static final FloatVector Q1 = broadcast(ScalarExp.Q1);
  private static final FloatVector Q2 = broadcast(ScalarExp.Q2);
  private static final FloatVector Q3 = broadcast(ScalarExp.Q3);
  private static final FloatVector Q4 = broadcast(ScalarExp.Q4);
  private static final FloatVector TWICE_Q0 = broadcast(2 * ScalarExp.Q0);
  private static final FloatVector TWICE_Q1 = broadcast(2 * ScalarExp.Q1);
  private static final FloatVector TWICE_Q2 = broadcast(2 * ScalarExp.Q2);
  private static final FloatVector TWICE_Q3 = broadcast(2 * ScalarExp.Q3);
  private static final FloatVector TWICE_Q4 = broadcast(2 * ScalarExp.Q4);

  private SimdExp() {}

  static FloatVector exp(FloatVector x) {
    return expWithin(atMost(atLeast(x, LOWEST), HIGHEST));
  }

  static FloatVector expWithin(FloatVector x) {
    FloatVector rounded = x.fma(LOG2_E, HALF_ROUNDER);
    FloatVector n = rounded.sub(HALF_ROUNDER);
    FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, x));
    FloatVector q = r.fma(TWICE_Q4, TWICE_Q3).fma(r, TWICE_Q2).fma(r, TWICE_Q1).fma(r, TWICE_Q0);
    return q.fma(r, TWO).fma(r, TWO).mul(power(rounded));
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector z = atMost(x.abs(), TANH_IS_ONE).mul(MINUS_TWO);
    FloatVector rounded = z.fma(LOG2_E, ROUNDER);
    FloatVector n = rounded.sub(ROUNDER);
    FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, z));
    FloatVector q = r.fma(Q4, Q3).fma(r, Q2).fma(r, Q1).fma(r, Q0);
    FloatVector power = power(rounded);
    FloatVector expm1 = q.mul(r).fma(r, r).fma(power, power.sub(ONE));
    return withSign(expm1.div(expm1.add(TWO)), x);
  }

  /** Returns {@code 1/(1 + e^−x)}, for NaN and what {@link #expWithin} takes of both signs. */
  static FloatVector logistic(FloatVector x) {
    return ONE.div(expWithin(x.neg()).add(ONE));
  }

  /** Returns NaN for NaN. */
  static FloatVector atLeast(FloatVector x, FloatVector lowest) {
    return x.blend(lowest, x.compare(VectorOperators.LT, lowest));
  }

  /** Returns NaN for NaN. */
  static FloatVector atMost(FloatVector x, FloatVector highest) {
    return x.blend(highest, x.compare(VectorOperators.GT, highest));
  }

  static FloatVector broadcast(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  private static FloatVector power(FloatVector rounded) {
    return rounded
        .reinterpretAsInts()
        .lanewise(VectorOperators.LSHL, ScalarExp.FRACTION_BITS)
        .reinterpretAsFloats();
  }

  private static FloatVector withSign(FloatVector x, FloatVector sign) {
    IntVector magnitude = x.reinterpretAsInts().and(Integer.MAX_VALUE);
    IntVector bit = sign.reinterpretAsInts().and(Integer.MIN_VALUE);
    return magnitude.or(bit).reinterpretAsFloats();
  }
}
