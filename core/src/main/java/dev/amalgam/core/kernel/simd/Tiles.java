package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * The tiles of the matrix product: two vectors wide, so that each entry of A that is spread over a
 * vector is used twice, and as high as the registers allow. Accumulators are locals, and start as
 * loads: as copies of one zero vector they are spilled.
 */
final class Tiles {

  private static final int LANES = FLOATS.length();

  private Tiles() {}

  static void tile12(
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
    FloatVector c0 = FloatVector.fromArray(FLOATS, start, startAt);
    FloatVector d0 = FloatVector.fromArray(FLOATS, start, startAt + LANES);
    FloatVector c1 = FloatVector.fromArray(FLOATS, start, startAt + startStride);
    FloatVector d1 = FloatVector.fromArray(FLOATS, start, startAt + startStride + LANES);
    FloatVector c2 = FloatVector.fromArray(FLOATS, start, startAt + 2 * startStride);
    FloatVector d2 = FloatVector.fromArray(FLOATS, start, startAt + 2 * startStride + LANES);
    FloatVector c3 = FloatVector.fromArray(FLOATS, start, startAt + 3 * startStride);
    FloatVector d3 = FloatVector.fromArray(FLOATS, start, startAt + 3 * startStride + LANES);
    FloatVector c4 = FloatVector.fromArray(FLOATS, start, startAt + 4 * startStride);
    FloatVector d4 = FloatVector.fromArray(FLOATS, start, startAt + 4 * startStride + LANES);
    FloatVector c5 = FloatVector.fromArray(FLOATS, start, startAt + 5 * startStride);
    FloatVector d5 = FloatVector.fromArray(FLOATS, start, startAt + 5 * startStride + LANES);
    FloatVector c6 = FloatVector.fromArray(FLOATS, start, startAt + 6 * startStride);
    FloatVector d6 = FloatVector.fromArray(FLOATS, start, startAt + 6 * startStride + LANES);
    FloatVector c7 = FloatVector.fromArray(FLOATS, start, startAt + 7 * startStride);
    FloatVector d7 = FloatVector.fromArray(FLOATS, start, startAt + 7 * startStride + LANES);
    FloatVector c8 = FloatVector.fromArray(FLOATS, start, startAt + 8 * startStride);
    FloatVector d8 = FloatVector.fromArray(FLOATS, start, startAt + 8 * startStride + LANES);
    FloatVector c9 = FloatVector.fromArray(FLOATS, start, startAt + 9 * startStride);
    FloatVector d9 = FloatVector.fromArray(FLOATS, start, startAt + 9 * startStride + LANES);
    FloatVector c10 = FloatVector.fromArray(FLOATS, start, startAt + 10 * startStride);
    FloatVector d10 = FloatVector.fromArray(FLOATS, start, startAt + 10 * startStride + LANES);
    FloatVector c11 = FloatVector.fromArray(FLOATS, start, startAt + 11 * startStride);
    FloatVector d11 = FloatVector.fromArray(FLOATS, start, startAt + 11 * startStride + LANES);
    for (int k = 0; k < depth; k++) {
      FloatVector x = FloatVector.fromArray(FLOATS, b, bAt + 2 * LANES * k);
      FloatVector y = FloatVector.fromArray(FLOATS, b, bAt + 2 * LANES * k + LANES);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[aAt + 12 * k]);
      c0 = a0.fma(x, c0);
      d0 = a0.fma(y, d0);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[aAt + 12 * k + 1]);
      c1 = a1.fma(x, c1);
      d1 = a1.fma(y, d1);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[aAt + 12 * k + 2]);
      c2 = a2.fma(x, c2);
      d2 = a2.fma(y, d2);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[aAt + 12 * k + 3]);
      c3 = a3.fma(x, c3);
      d3 = a3.fma(y, d3);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[aAt + 12 * k + 4]);
      c4 = a4.fma(x, c4);
      d4 = a4.fma(y, d4);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[aAt + 12 * k + 5]);
      c5 = a5.fma(x, c5);
      d5 = a5.fma(y, d5);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[aAt + 12 * k + 6]);
      c6 = a6.fma(x, c6);
      d6 = a6.fma(y, d6);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[aAt + 12 * k + 7]);
      c7 = a7.fma(x, c7);
      d7 = a7.fma(y, d7);
      FloatVector a8 = FloatVector.broadcast(FLOATS, a[aAt + 12 * k + 8]);
      c8 = a8.fma(x, c8);
      d8 = a8.fma(y, d8);
      FloatVector a9 = FloatVector.broadcast(FLOATS, a[aAt + 12 * k + 9]);
      c9 = a9.fma(x, c9);
      d9 = a9.fma(y, d9);
      FloatVector a10 = FloatVector.broadcast(FLOATS, a[aAt + 12 * k + 10]);
      c10 = a10.fma(x, c10);
      d10 = a10.fma(y, d10);
      FloatVector a11 = FloatVector.broadcast(FLOATS, a[aAt + 12 * k + 11]);
      c11 = a11.fma(x, c11);
      d11 = a11.fma(y, d11);
    }
    c0.intoArray(c, at);
    d0.intoArray(c, at + LANES);
    c1.intoArray(c, at + stride);
    d1.intoArray(c, at + stride + LANES);
    c2.intoArray(c, at + 2 * stride);
    d2.intoArray(c, at + 2 * stride + LANES);
    c3.intoArray(c, at + 3 * stride);
    d3.intoArray(c, at + 3 * stride + LANES);
    c4.intoArray(c, at + 4 * stride);
    d4.intoArray(c, at + 4 * stride + LANES);
    c5.intoArray(c, at + 5 * stride);
    d5.intoArray(c, at + 5 * stride + LANES);
    c6.intoArray(c, at + 6 * stride);
    d6.intoArray(c, at + 6 * stride + LANES);
    c7.intoArray(c, at + 7 * stride);
    d7.intoArray(c, at + 7 * stride + LANES);
    c8.intoArray(c, at + 8 * stride);
    d8.intoArray(c, at + 8 * stride + LANES);
    c9.intoArray(c, at + 9 * stride);
    d9.intoArray(c, at + 9 * stride + LANES);
    c10.intoArray(c, at + 10 * stride);
    d10.intoArray(c, at + 10 * stride + LANES);
    c11.intoArray(c, at + 11 * stride);
    d11.intoArray(c, at + 11 * stride + LANES);
  }

  static void tile6(
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
    FloatVector c0 = FloatVector.fromArray(FLOATS, start, startAt);
    FloatVector d0 = FloatVector.fromArray(FLOATS, start, startAt + LANES);
    FloatVector c1 = FloatVector.fromArray(FLOATS, start, startAt + startStride);
    FloatVector d1 = FloatVector.fromArray(FLOATS, start, startAt + startStride + LANES);
    FloatVector c2 = FloatVector.fromArray(FLOATS, start, startAt + 2 * startStride);
    FloatVector d2 = FloatVector.fromArray(FLOATS, start, startAt + 2 * startStride + LANES);
    FloatVector c3 = FloatVector.fromArray(FLOATS, start, startAt + 3 * startStride);
    FloatVector d3 = FloatVector.fromArray(FLOATS, start, startAt + 3 * startStride + LANES);
    FloatVector c4 = FloatVector.fromArray(FLOATS, start, startAt + 4 * startStride);
    FloatVector d4 = FloatVector.fromArray(FLOATS, start, startAt + 4 * startStride + LANES);
    FloatVector c5 = FloatVector.fromArray(FLOATS, start, startAt + 5 * startStride);
    FloatVector d5 = FloatVector.fromArray(FLOATS, start, startAt + 5 * startStride + LANES);
    for (int k = 0; k < depth; k++) {
      FloatVector x = FloatVector.fromArray(FLOATS, b, bAt + 2 * LANES * k);
      FloatVector y = FloatVector.fromArray(FLOATS, b, bAt + 2 * LANES * k + LANES);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[aAt + 6 * k]);
      c0 = a0.fma(x, c0);
      d0 = a0.fma(y, d0);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[aAt + 6 * k + 1]);
      c1 = a1.fma(x, c1);
      d1 = a1.fma(y, d1);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[aAt + 6 * k + 2]);
      c2 = a2.fma(x, c2);
      d2 = a2.fma(y, d2);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[aAt + 6 * k + 3]);
      c3 = a3.fma(x, c3);
      d3 = a3.fma(y, d3);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[aAt + 6 * k + 4]);
      c4 = a4.fma(x, c4);
      d4 = a4.fma(y, d4);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[aAt + 6 * k + 5]);
      c5 = a5.fma(x, c5);
      d5 = a5.fma(y, d5);
    }
    c0.intoArray(c, at);
    d0.intoArray(c, at + LANES);
    c1.intoArray(c, at + stride);
    d1.intoArray(c, at + stride + LANES);
    c2.intoArray(c, at + 2 * stride);
    d2.intoArray(c, at + 2 * stride + LANES);
    c3.intoArray(c, at + 3 * stride);
    d3.intoArray(c, at + 3 * stride + LANES);
    c4.intoArray(c, at + 4 * stride);
    d4.intoArray(c, at + 4 * stride + LANES);
    c5.intoArray(c, at + 5 * stride);
    d5.intoArray(c, at + 5 * stride + LANES);
  }
}
