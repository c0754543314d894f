package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.SimdExp.broadcast;

import dev.amalgam.core.kernel.scalar.ScalarNormal;
import jdk.incubator.vector.FloatVector;

/** The tail of the normal distribution of a vector; {@link ScalarNormal} explains it. */
final class SimdNormal {

  static final FloatVector WIDEST = broadcast(ScalarNormal.WIDEST);
  static final FloatVector MINUS_PEAK = broadcast(-ScalarNormal.PEAK);

  private static final FloatVector MINUS_HALF = broadcast(-0.5f);
  private static final FloatVector CENTRE = broadcast(ScalarNormal.CENTRE);
  private static final FloatVector C0 = broadcast(ScalarNormal.C0);
  private static final FloatVector C1 = broadcast(ScalarNormal.C1);
  private static final FloatVector C2 = broadcast(ScalarNormal.C2);
  private static final FloatVector C3 = broadcast(ScalarNormal.C3);
  private static final FloatVector C4 = broadcast(ScalarNormal.C4);
  private static final FloatVector C5 = broadcast(ScalarNormal.C5);
  private static final FloatVector C6 = broadcast(ScalarNormal.C6);
  private static final FloatVector C7 = broadcast(ScalarNormal.C7);
  private static final FloatVector C8 = broadcast(ScalarNormal.C8);
  private static final FloatVector C9 = broadcast(ScalarNormal.C9);

  private SimdNormal() {}

  static FloatVector ratio(FloatVector t) {
    FloatVector u = t.sub(CENTRE).div(t.add(CENTRE));
    FloatVector p = u.fma(C9, C8).fma(u, C7).fma(u, C6).fma(u, C5).fma(u, C4).fma(u, C3);
    return p.fma(u, C2).fma(u, C1).fma(u, C0);
  }

  static FloatVector bell(FloatVector t) {
    return SimdExp.expWithin(t.mul(t).mul(MINUS_HALF));
  }
}
