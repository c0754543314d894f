package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.MatrixKernels.DEPTH;
import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import java.lang.invoke.VarHandle;
import jdk.incubator.vector.FloatVector;

/**
 * The tiles of the matrix product. Accumulators are locals, as many as the registers allow, and
 * start as loads: as copies of one zero vector they are spilled.
 *
 * <p>Measured in turns with MKL on AVX-512 cores that are shared, as shares of its speed, over
 * panels that begin on a cache line (0.12 less over others): 6 × 4 vectors, two depths a round,
 * 0.86 to 0.90 (79 instructions for 48 multiplications); four depths 0.87; the panels of A entry by
 * entry, as those of B, 0.86 to 0.89; 5 × 5 0.75 to 0.83; operands of multiplications in memory, to
 * save loads, 0.5 to 0.7.
 *
 * <p>The fence between two depths costs no instruction; it keeps the compiler from loading the
 * second depth's operands before the first one's are used up, which spills (99 instructions instead
 * of 79). It helps only where loops have no safepoints: with G1, and without
 * -XX:-UseCountedLoopSafepoints, a tile reaches 0.60.
 */
final class Tiles {

  private static final int LANES = FLOATS.length();

  private Tiles() {}

  /** A tile of 6 rows of 4 vectors; an odd last depth is left to the caller. */
  static void tile6x4(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] start,
      int startAt,
      int startStride,
      float[] c,
      int at,
      int stride) {
    FloatVector w0 = FloatVector.fromArray(FLOATS, start, startAt);
    FloatVector x0 = FloatVector.fromArray(FLOATS, start, startAt + LANES);
    FloatVector y0 = FloatVector.fromArray(FLOATS, start, startAt + 2 * LANES);
    FloatVector z0 = FloatVector.fromArray(FLOATS, start, startAt + 3 * LANES);
    FloatVector w1 = FloatVector.fromArray(FLOATS, start, startAt + startStride);
    FloatVector x1 = FloatVector.fromArray(FLOATS, start, startAt + startStride + LANES);
    FloatVector y1 = FloatVector.fromArray(FLOATS, start, startAt + startStride + 2 * LANES);
    FloatVector z1 = FloatVector.fromArray(FLOATS, start, startAt + startStride + 3 * LANES);
    FloatVector w2 = FloatVector.fromArray(FLOATS, start, startAt + 2 * startStride);
    FloatVector x2 = FloatVector.fromArray(FLOATS, start, startAt + 2 * startStride + LANES);
    FloatVector y2 = FloatVector.fromArray(FLOATS, start, startAt + 2 * startStride + 2 * LANES);
    FloatVector z2 = FloatVector.fromArray(FLOATS, start, startAt + 2 * startStride + 3 * LANES);
    FloatVector w3 = FloatVector.fromArray(FLOATS, start, startAt + 3 * startStride);
    FloatVector x3 = FloatVector.fromArray(FLOATS, start, startAt + 3 * startStride + LANES);
    FloatVector y3 = FloatVector.fromArray(FLOATS, start, startAt + 3 * startStride + 2 * LANES);
    FloatVector z3 = FloatVector.fromArray(FLOATS, start, startAt + 3 * startStride + 3 * LANES);
    FloatVector w4 = FloatVector.fromArray(FLOATS, start, startAt + 4 * startStride);
    FloatVector x4 = FloatVector.fromArray(FLOATS, start, startAt + 4 * startStride + LANES);
    FloatVector y4 = FloatVector.fromArray(FLOATS, start, startAt + 4 * startStride + 2 * LANES);
    FloatVector z4 = FloatVector.fromArray(FLOATS, start, startAt + 4 * startStride + 3 * LANES);
    FloatVector w5 = FloatVector.fromArray(FLOATS, start, startAt + 5 * startStride);
    FloatVector x5 = FloatVector.fromArray(FLOATS, start, startAt + 5 * startStride + LANES);
    FloatVector y5 = FloatVector.fromArray(FLOATS, start, startAt + 5 * startStride + 2 * LANES);
    FloatVector z5 = FloatVector.fromArray(FLOATS, start, startAt + 5 * startStride + 3 * LANES);
    for (int k = 0; k < depth - 1; k += 2) {
      FloatVector wb = FloatVector.fromArray(FLOATS, b, bAt + 4 * LANES * k);
      FloatVector xb = FloatVector.fromArray(FLOATS, b, bAt + 4 * LANES * k + LANES);
      FloatVector yb = FloatVector.fromArray(FLOATS, b, bAt + 4 * LANES * k + 2 * LANES);
      FloatVector zb = FloatVector.fromArray(FLOATS, b, bAt + 4 * LANES * k + 3 * LANES);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[aAt + k]);
      w0 = a0.fma(wb, w0);
      x0 = a0.fma(xb, x0);
      y0 = a0.fma(yb, y0);
      z0 = a0.fma(zb, z0);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[aAt + k + DEPTH]);
      w1 = a1.fma(wb, w1);
      x1 = a1.fma(xb, x1);
      y1 = a1.fma(yb, y1);
      z1 = a1.fma(zb, z1);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[aAt + k + 2 * DEPTH]);
      w2 = a2.fma(wb, w2);
      x2 = a2.fma(xb, x2);
      y2 = a2.fma(yb, y2);
      z2 = a2.fma(zb, z2);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[aAt + k + 3 * DEPTH]);
      w3 = a3.fma(wb, w3);
      x3 = a3.fma(xb, x3);
      y3 = a3.fma(yb, y3);
      z3 = a3.fma(zb, z3);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[aAt + k + 4 * DEPTH]);
      w4 = a4.fma(wb, w4);
      x4 = a4.fma(xb, x4);
      y4 = a4.fma(yb, y4);
      z4 = a4.fma(zb, z4);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[aAt + k + 5 * DEPTH]);
      w5 = a5.fma(wb, w5);
      x5 = a5.fma(xb, x5);
      y5 = a5.fma(yb, y5);
      z5 = a5.fma(zb, z5);
      VarHandle.loadLoadFence();
      FloatVector wc = FloatVector.fromArray(FLOATS, b, bAt + 4 * LANES * k + 4 * LANES);
      FloatVector xc = FloatVector.fromArray(FLOATS, b, bAt + 4 * LANES * k + 5 * LANES);
      FloatVector yc = FloatVector.fromArray(FLOATS, b, bAt + 4 * LANES * k + 6 * LANES);
      FloatVector zc = FloatVector.fromArray(FLOATS, b, bAt + 4 * LANES * k + 7 * LANES);
      FloatVector d0 = FloatVector.broadcast(FLOATS, a[aAt + k + 1]);
      w0 = d0.fma(wc, w0);
      x0 = d0.fma(xc, x0);
      y0 = d0.fma(yc, y0);
      z0 = d0.fma(zc, z0);
      FloatVector d1 = FloatVector.broadcast(FLOATS, a[aAt + k + DEPTH + 1]);
      w1 = d1.fma(wc, w1);
      x1 = d1.fma(xc, x1);
      y1 = d1.fma(yc, y1);
      z1 = d1.fma(zc, z1);
      FloatVector d2 = FloatVector.broadcast(FLOATS, a[aAt + k + 2 * DEPTH + 1]);
      w2 = d2.fma(wc, w2);
      x2 = d2.fma(xc, x2);
      y2 = d2.fma(yc, y2);
      z2 = d2.fma(zc, z2);
      FloatVector d3 = FloatVector.broadcast(FLOATS, a[aAt + k + 3 * DEPTH + 1]);
      w3 = d3.fma(wc, w3);
      x3 = d3.fma(xc, x3);
      y3 = d3.fma(yc, y3);
      z3 = d3.fma(zc, z3);
      FloatVector d4 = FloatVector.broadcast(FLOATS, a[aAt + k + 4 * DEPTH + 1]);
      w4 = d4.fma(wc, w4);
      x4 = d4.fma(xc, x4);
      y4 = d4.fma(yc, y4);
      z4 = d4.fma(zc, z4);
      FloatVector d5 = FloatVector.broadcast(FLOATS, a[aAt + k + 5 * DEPTH + 1]);
      w5 = d5.fma(wc, w5);
      x5 = d5.fma(xc, x5);
      y5 = d5.fma(yc, y5);
      z5 = d5.fma(zc, z5);
    }
    w0.intoArray(c, at);
    x0.intoArray(c, at + LANES);
    y0.intoArray(c, at + 2 * LANES);
    z0.intoArray(c, at + 3 * LANES);
    w1.intoArray(c, at + stride);
    x1.intoArray(c, at + stride + LANES);
    y1.intoArray(c, at + stride + 2 * LANES);
    z1.intoArray(c, at + stride + 3 * LANES);
    w2.intoArray(c, at + 2 * stride);
    x2.intoArray(c, at + 2 * stride + LANES);
    y2.intoArray(c, at + 2 * stride + 2 * LANES);
    z2.intoArray(c, at + 2 * stride + 3 * LANES);
    w3.intoArray(c, at + 3 * stride);
    x3.intoArray(c, at + 3 * stride + LANES);
    y3.intoArray(c, at + 3 * stride + 2 * LANES);
    z3.intoArray(c, at + 3 * stride + 3 * LANES);
    w4.intoArray(c, at + 4 * stride);
    x4.intoArray(c, at + 4 * stride + LANES);
    y4.intoArray(c, at + 4 * stride + 2 * LANES);
    z4.intoArray(c, at + 4 * stride + 3 * LANES);
    w5.intoArray(c, at + 5 * stride);
    x5.intoArray(c, at + 5 * stride + LANES);
    y5.intoArray(c, at + 5 * stride + 2 * LANES);
    z5.intoArray(c, at + 5 * stride + 3 * LANES);
  }

  /** A tile of 6 rows of 2 vectors; an odd last depth is left to the caller. */
  static void tile6x2(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] start,
      int startAt,
      int startStride,
      float[] c,
      int at,
      int stride) {
    FloatVector w0 = FloatVector.fromArray(FLOATS, start, startAt);
    FloatVector x0 = FloatVector.fromArray(FLOATS, start, startAt + LANES);
    FloatVector w1 = FloatVector.fromArray(FLOATS, start, startAt + startStride);
    FloatVector x1 = FloatVector.fromArray(FLOATS, start, startAt + startStride + LANES);
    FloatVector w2 = FloatVector.fromArray(FLOATS, start, startAt + 2 * startStride);
    FloatVector x2 = FloatVector.fromArray(FLOATS, start, startAt + 2 * startStride + LANES);
    FloatVector w3 = FloatVector.fromArray(FLOATS, start, startAt + 3 * startStride);
    FloatVector x3 = FloatVector.fromArray(FLOATS, start, startAt + 3 * startStride + LANES);
    FloatVector w4 = FloatVector.fromArray(FLOATS, start, startAt + 4 * startStride);
    FloatVector x4 = FloatVector.fromArray(FLOATS, start, startAt + 4 * startStride + LANES);
    FloatVector w5 = FloatVector.fromArray(FLOATS, start, startAt + 5 * startStride);
    FloatVector x5 = FloatVector.fromArray(FLOATS, start, startAt + 5 * startStride + LANES);
    for (int k = 0; k < depth - 1; k += 2) {
      FloatVector wb = FloatVector.fromArray(FLOATS, b, bAt + 2 * LANES * k);
      FloatVector xb = FloatVector.fromArray(FLOATS, b, bAt + 2 * LANES * k + LANES);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[aAt + k]);
      w0 = a0.fma(wb, w0);
      x0 = a0.fma(xb, x0);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[aAt + k + DEPTH]);
      w1 = a1.fma(wb, w1);
      x1 = a1.fma(xb, x1);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[aAt + k + 2 * DEPTH]);
      w2 = a2.fma(wb, w2);
      x2 = a2.fma(xb, x2);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[aAt + k + 3 * DEPTH]);
      w3 = a3.fma(wb, w3);
      x3 = a3.fma(xb, x3);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[aAt + k + 4 * DEPTH]);
      w4 = a4.fma(wb, w4);
      x4 = a4.fma(xb, x4);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[aAt + k + 5 * DEPTH]);
      w5 = a5.fma(wb, w5);
      x5 = a5.fma(xb, x5);
      VarHandle.loadLoadFence();
      FloatVector wc = FloatVector.fromArray(FLOATS, b, bAt + 2 * LANES * k + 2 * LANES);
      FloatVector xc = FloatVector.fromArray(FLOATS, b, bAt + 2 * LANES * k + 3 * LANES);
      FloatVector d0 = FloatVector.broadcast(FLOATS, a[aAt + k + 1]);
      w0 = d0.fma(wc, w0);
      x0 = d0.fma(xc, x0);
      FloatVector d1 = FloatVector.broadcast(FLOATS, a[aAt + k + DEPTH + 1]);
      w1 = d1.fma(wc, w1);
      x1 = d1.fma(xc, x1);
      FloatVector d2 = FloatVector.broadcast(FLOATS, a[aAt + k + 2 * DEPTH + 1]);
      w2 = d2.fma(wc, w2);
      x2 = d2.fma(xc, x2);
      FloatVector d3 = FloatVector.broadcast(FLOATS, a[aAt + k + 3 * DEPTH + 1]);
      w3 = d3.fma(wc, w3);
      x3 = d3.fma(xc, x3);
      FloatVector d4 = FloatVector.broadcast(FLOATS, a[aAt + k + 4 * DEPTH + 1]);
      w4 = d4.fma(wc, w4);
      x4 = d4.fma(xc, x4);
      FloatVector d5 = FloatVector.broadcast(FLOATS, a[aAt + k + 5 * DEPTH + 1]);
      w5 = d5.fma(wc, w5);
      x5 = d5.fma(xc, x5);
    }
    w0.intoArray(c, at);
    x0.intoArray(c, at + LANES);
    w1.intoArray(c, at + stride);
    x1.intoArray(c, at + stride + LANES);
    w2.intoArray(c, at + 2 * stride);
    x2.intoArray(c, at + 2 * stride + LANES);
    w3.intoArray(c, at + 3 * stride);
    x3.intoArray(c, at + 3 * stride + LANES);
    w4.intoArray(c, at + 4 * stride);
    x4.intoArray(c, at + 4 * stride + LANES);
    w5.intoArray(c, at + 5 * stride);
    x5.intoArray(c, at + 5 * stride + LANES);
  }
}
