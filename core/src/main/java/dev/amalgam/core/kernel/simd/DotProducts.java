package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.MatrixKernels.DOT_LANES;
import static dev.amalgam.core.kernel.simd.Species.FLOATS;
import static dev.amalgam.core.kernel.simd.Species.INTS;

import dev.amalgam.core.kernel.scalar.ScalarMatrixKernels;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Dot products in lanes that no vector width changes: a row is gone through once for every four
 * vectors of lanes, which of the widest vectors are all there are.
 */
final class DotProducts {

  private static final int LANES = FLOATS.length();
  private static final int UPPER_HALF = 0xffff_0000;

  private static final IntVector EVEN = IntVector.zero(INTS).addIndex(2);
  private static final IntVector ODD = EVEN.add(1);

  private DotProducts() {}

  /** Returns the dot product of a row of float32 with x. */
  static float floats(float[] w, int from, int columns, float[] x, int xAt, float[] lanes) {
    int whole = columns - columns % DOT_LANES;
    for (int phase = 0; phase < DOT_LANES; phase += 4 * LANES) {
      FloatVector a = FloatVector.zero(FLOATS);
      FloatVector b = FloatVector.zero(FLOATS);
      FloatVector c = FloatVector.zero(FLOATS);
      FloatVector d = FloatVector.zero(FLOATS);
      for (int i = phase; i < whole; i += DOT_LANES) {
        a = times(w, from + i, x, xAt + i, a);
        b = times(w, from + i + LANES, x, xAt + i + LANES, b);
        c = times(w, from + i + 2 * LANES, x, xAt + i + 2 * LANES, c);
        d = times(w, from + i + 3 * LANES, x, xAt + i + 3 * LANES, d);
      }
      a.intoArray(lanes, phase);
      b.intoArray(lanes, phase + LANES);
      c.intoArray(lanes, phase + 2 * LANES);
      d.intoArray(lanes, phase + 3 * LANES);
    }
    return ScalarMatrixKernels.finishDot(w, from, whole, columns, x, xAt, lanes);
  }

  private static FloatVector times(float[] w, int from, float[] x, int at, FloatVector sum) {
    return FloatVector.fromArray(FLOATS, w, from).fma(FloatVector.fromArray(FLOATS, x, at), sum);
  }

  /**
   * Writes x behind the lanes in {@code room}, of each two vectors first the even entries and then
   * the odd ones: so the two halves of an int of BF16 meet theirs.
   */
  static void arrange(float[] x, int xAt, int columns, float[] room) {
    int whole = columns - columns % DOT_LANES;
    for (int i = 0; i < whole; i += 2 * LANES) {
      IntVector low = FloatVector.fromArray(FLOATS, x, xAt + i).reinterpretAsInts();
      IntVector high = FloatVector.fromArray(FLOATS, x, xAt + i + LANES).reinterpretAsInts();
      store(EVEN.selectFrom(low, high), room, DOT_LANES + i);
      store(ODD.selectFrom(low, high), room, DOT_LANES + i + LANES);
    }
  }

  /** Returns the dot product of a row of BF16 with x, arranged in {@code room}. */
  static float bf16(MemorySegment w, long offset, int columns, float[] x, int xAt, float[] room) {
    int whole = columns - columns % DOT_LANES;
    for (int phase = 0; phase < DOT_LANES; phase += 4 * LANES) {
      FloatVector a = FloatVector.zero(FLOATS);
      FloatVector b = FloatVector.zero(FLOATS);
      FloatVector c = FloatVector.zero(FLOATS);
      FloatVector d = FloatVector.zero(FLOATS);
      for (int i = phase; i < whole; i += DOT_LANES) {
        IntVector low = pairs(w, offset + 2L * i);
        IntVector high = pairs(w, offset + 2L * i + 4 * LANES);
        int at = DOT_LANES + i;
        a = even(low).fma(FloatVector.fromArray(FLOATS, room, at), a);
        b = odd(low).fma(FloatVector.fromArray(FLOATS, room, at + LANES), b);
        c = even(high).fma(FloatVector.fromArray(FLOATS, room, at + 2 * LANES), c);
        d = odd(high).fma(FloatVector.fromArray(FLOATS, room, at + 3 * LANES), d);
      }
      interleave(a, b, room, phase);
      interleave(c, d, room, phase + 2 * LANES);
    }
    return ScalarMatrixKernels.finishDotBf16(w, offset, whole, columns, x, xAt, room);
  }

  private static IntVector pairs(MemorySegment w, long offset) {
    return IntVector.fromMemorySegment(INTS, w, offset, ByteOrder.LITTLE_ENDIAN);
  }

  private static FloatVector even(IntVector pairs) {
    return pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  private static FloatVector odd(IntVector pairs) {
    return pairs.and(UPPER_HALF).reinterpretAsFloats();
  }

  private static void interleave(FloatVector even, FloatVector odd, float[] lanes, int at) {
    IntVector a = even.reinterpretAsInts();
    IntVector b = odd.reinterpretAsInts();
    store(Transposition.LOW_HALVES.selectFrom(a, b), lanes, at);
    store(Transposition.HIGH_HALVES.selectFrom(a, b), lanes, at + LANES);
  }

  private static void store(IntVector bits, float[] target, int at) {
    bits.reinterpretAsFloats().intoArray(target, at);
  }
}
