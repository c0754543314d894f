package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.SimdExp.fma;

import dev.amalgam.core.kernel.scalar.ScalarNormal;
import jdk.incubator.vector.FloatVector;

/** The tail of the normal distribution of a vector; {@link ScalarNormal} explains it. */
final class SimdNormal {

  private SimdNormal() {}

  static FloatVector ratio(FloatVector t) {
    FloatVector u = t.sub(ScalarNormal.CENTRE).div(t.add(ScalarNormal.CENTRE));
    FloatVector p = fma(fma(u, ScalarNormal.C9, ScalarNormal.C8), u, ScalarNormal.C7);
    p = fma(fma(p, u, ScalarNormal.C6), u, ScalarNormal.C5);
    p = fma(fma(p, u, ScalarNormal.C4), u, ScalarNormal.C3);
    p = fma(fma(p, u, ScalarNormal.C2), u, ScalarNormal.C1);
    return fma(p, u, ScalarNormal.C0);
  }

  static FloatVector bell(FloatVector t) {
    return SimdExp.expWithin(t.mul(t).mul(-0.5f));
  }
}
