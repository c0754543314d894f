package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.MatrixKernels.DOT_LANES;
import static dev.amalgam.core.kernel.simd.Species.FLOATS;
import static dev.amalgam.core.kernel.simd.Species.INTS;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Dot products of several rows of BF16 at a time, for vectors of 16 lanes. A row by itself leaves
 * the memory idle at its end, where the loop's exit is not foreseen and the next page not fetched;
 * several rows wait for it together, and share what is loaded of x.
 *
 * <p>Rows that are worked on together do not follow each other: they are the heads of runs of rows,
 * each of which is gone through in order. So a processor sees a few long streams and fetches ahead
 * in them; of neighbouring rows, each a page, it fetches nothing ahead (on Zen 4 0.94 of the
 * memory's bandwidth against 0.62, from runs of 16 rows on).
 */
final class DotRows {

  /** How many rows there are at a time: as many accumulators as half the registers. */
  static final int ROWS = 4;

  /** Whether vectors are wide enough: the 64 lanes of a sum are four of them. */
  static final boolean WIDE_ENOUGH = FLOATS.length() == DOT_LANES / 4;

  private static final int LANES = FLOATS.length();
  private static final int UPPER_HALF = 0xffff_0000;

  private DotRows() {}

  /**
   * Writes the dot products of {@link #ROWS} rows with x, as {@link DotProducts#arrange} left it.
   *
   * @param apart how many rows one of them is behind the other, and one product behind the other
   * @param columns a multiple of the lanes of a sum
   */
  static void bf16(
      MemorySegment w, long offset, int apart, int columns, float[] room, float[] y, int yAt) {
    long stride = 2L * columns * apart;
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector b0 = FloatVector.zero(FLOATS);
    FloatVector c0 = FloatVector.zero(FLOATS);
    FloatVector d0 = FloatVector.zero(FLOATS);
    FloatVector a1 = FloatVector.zero(FLOATS);
    FloatVector b1 = FloatVector.zero(FLOATS);
    FloatVector c1 = FloatVector.zero(FLOATS);
    FloatVector d1 = FloatVector.zero(FLOATS);
    FloatVector a2 = FloatVector.zero(FLOATS);
    FloatVector b2 = FloatVector.zero(FLOATS);
    FloatVector c2 = FloatVector.zero(FLOATS);
    FloatVector d2 = FloatVector.zero(FLOATS);
    FloatVector a3 = FloatVector.zero(FLOATS);
    FloatVector b3 = FloatVector.zero(FLOATS);
    FloatVector c3 = FloatVector.zero(FLOATS);
    FloatVector d3 = FloatVector.zero(FLOATS);
    for (int i = 0; i < columns; i += DOT_LANES) {
      int at = DOT_LANES + i;
      FloatVector xa = FloatVector.fromArray(FLOATS, room, at + 0 * LANES);
      FloatVector xb = FloatVector.fromArray(FLOATS, room, at + 1 * LANES);
      FloatVector xc = FloatVector.fromArray(FLOATS, room, at + 2 * LANES);
      FloatVector xd = FloatVector.fromArray(FLOATS, room, at + 3 * LANES);
      long from = offset + 2L * i;
      IntVector low0 = IntVector.fromMemorySegment(INTS, w, from, ByteOrder.LITTLE_ENDIAN);
      a0 = low0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(xa, a0);
      b0 = low0.and(UPPER_HALF).reinterpretAsFloats().fma(xb, b0);
      IntVector high0 =
          IntVector.fromMemorySegment(INTS, w, from + 4L * LANES, ByteOrder.LITTLE_ENDIAN);
      c0 = high0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(xc, c0);
      d0 = high0.and(UPPER_HALF).reinterpretAsFloats().fma(xd, d0);
      from += stride;
      IntVector low1 = IntVector.fromMemorySegment(INTS, w, from, ByteOrder.LITTLE_ENDIAN);
      a1 = low1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(xa, a1);
      b1 = low1.and(UPPER_HALF).reinterpretAsFloats().fma(xb, b1);
      IntVector high1 =
          IntVector.fromMemorySegment(INTS, w, from + 4L * LANES, ByteOrder.LITTLE_ENDIAN);
      c1 = high1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(xc, c1);
      d1 = high1.and(UPPER_HALF).reinterpretAsFloats().fma(xd, d1);
      from += stride;
      IntVector low2 = IntVector.fromMemorySegment(INTS, w, from, ByteOrder.LITTLE_ENDIAN);
      a2 = low2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(xa, a2);
      b2 = low2.and(UPPER_HALF).reinterpretAsFloats().fma(xb, b2);
      IntVector high2 =
          IntVector.fromMemorySegment(INTS, w, from + 4L * LANES, ByteOrder.LITTLE_ENDIAN);
      c2 = high2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(xc, c2);
      d2 = high2.and(UPPER_HALF).reinterpretAsFloats().fma(xd, d2);
      from += stride;
      IntVector low3 = IntVector.fromMemorySegment(INTS, w, from, ByteOrder.LITTLE_ENDIAN);
      a3 = low3.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(xa, a3);
      b3 = low3.and(UPPER_HALF).reinterpretAsFloats().fma(xb, b3);
      IntVector high3 =
          IntVector.fromMemorySegment(INTS, w, from + 4L * LANES, ByteOrder.LITTLE_ENDIAN);
      c3 = high3.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(xc, c3);
      d3 = high3.and(UPPER_HALF).reinterpretAsFloats().fma(xd, d3);
    }
    a0.add(c0).intoArray(room, 0);
    b0.add(d0).intoArray(room, LANES);
    y[yAt] = total(room, 0) + total(room, LANES);
    a1.add(c1).intoArray(room, 0);
    b1.add(d1).intoArray(room, LANES);
    y[yAt + apart] = total(room, 0) + total(room, LANES);
    a2.add(c2).intoArray(room, 0);
    b2.add(d2).intoArray(room, LANES);
    y[yAt + 2 * apart] = total(room, 0) + total(room, LANES);
    a3.add(c3).intoArray(room, 0);
    b3.add(d3).intoArray(room, LANES);
    y[yAt + 3 * apart] = total(room, 0) + total(room, LANES);
  }

  /** Returns the sum of 16 entries, halves of them added to halves. */
  private static float total(float[] r, int at) {
    float s0 = r[at] + r[at + 8];
    float s1 = r[at + 1] + r[at + 9];
    float s2 = r[at + 2] + r[at + 10];
    float s3 = r[at + 3] + r[at + 11];
    float s4 = r[at + 4] + r[at + 12];
    float s5 = r[at + 5] + r[at + 13];
    float s6 = r[at + 6] + r[at + 14];
    float s7 = r[at + 7] + r[at + 15];
    return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
  }
}
