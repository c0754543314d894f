package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import dev.amalgam.core.kernel.scalar.ScalarExp;
import jdk.incubator.vector.FloatVector;

/**
 * The constants of exp as vectors; {@link ScalarExp} explains them.
 *
 * <p>The loops that use them have exp written out. C2 stops inlining after 18,000 nodes, some
 * eighty vector operations, except into methods of the Vector API itself: from there on a helper
 * method would be a call for each vector, with its argument and its result on the heap. A method
 * that calls the Vector API only cannot come to that, wherever it is inlined itself. Nor are
 * numbers made into vectors where they are wanted, which takes half as many nodes as to calculate
 * with them.
 */
final class ExpConstants {

  static final FloatVector ZERO = FloatVector.zero(FLOATS);
  static final FloatVector ONE = broadcast(1f);
  static final FloatVector TWO = broadcast(2f);
  static final FloatVector LOWEST = broadcast(ScalarExp.LOWEST);
  static final FloatVector HIGHEST = broadcast(ScalarExp.HIGHEST);
  static final FloatVector LOG2_E = broadcast(ScalarExp.LOG2_E);
  static final FloatVector MINUS_LN2_HIGH = broadcast(ScalarExp.MINUS_LN2_HIGH);
  static final FloatVector MINUS_LN2_LOW = broadcast(ScalarExp.MINUS_LN2_LOW);
  static final FloatVector HALF_ROUNDER = broadcast(ScalarExp.HALF_ROUNDER);
  static final FloatVector TWICE_Q0 = broadcast(2 * ScalarExp.Q0);
  static final FloatVector TWICE_Q1 = broadcast(2 * ScalarExp.Q1);
  static final FloatVector TWICE_Q2 = broadcast(2 * ScalarExp.Q2);
  static final FloatVector TWICE_Q3 = broadcast(2 * ScalarExp.Q3);
  static final FloatVector TWICE_Q4 = broadcast(2 * ScalarExp.Q4);
  static final int FRACTION_BITS = ScalarExp.FRACTION_BITS;

  private ExpConstants() {}

  static FloatVector broadcast(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }
}
