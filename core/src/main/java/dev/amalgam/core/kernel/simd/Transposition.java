package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;
import static dev.amalgam.core.kernel.simd.Species.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * The transposition of a square block as wide as a vector. Interleaving its first half with its
 * second, entry by entry, rotates the bits of each entry's place by one; as many times as a lane's
 * number has bits, it exchanges row and column. A pass does that twice, in registers.
 */
final class Transposition {

  private static final int LANES = FLOATS.length();

  private static final int BLOCK = LANES * LANES;

  /** Picks the lower halves of two vectors, entry by entry in turn. */
  static final IntVector LOW_HALVES = interleaved(0);

  /** Picks the upper halves. */
  static final IntVector HIGH_HALVES = interleaved(LANES / 2);

  private Transposition() {}

  // Lane 2i comes from lane first + i of the first vector, lane 2i + 1 from that of the second.
  private static IntVector interleaved(int first) {
    int[] lanes = new int[LANES];
    for (int i = 0; i < LANES; i++) {
      lanes[i] = first + i / 2 + i % 2 * LANES;
    }
    return IntVector.fromArray(INTS, lanes, 0);
  }

  /**
   * Transposes one block.
   *
   * @param between room for one block
   */
  static void block(
      float[] source,
      int from,
      int fromStride,
      float[] between,
      float[] target,
      int at,
      int stride) {
    switch (LANES) {
      case 16 -> {
        twice(source, from, fromStride, between, 0, LANES);
        twice(between, 0, LANES, target, at, stride);
      }
      case 8 -> {
        twice(source, from, fromStride, between, 0, LANES);
        once(between, 0, LANES, target, at, stride);
      }
      default -> twice(source, from, fromStride, target, at, stride);
    }
  }

  /**
   * Transposes a block of fewer rows than a vector has lanes, and writes nothing for the others.
   *
   * @param present the lanes of the rows that there are
   * @param room for two blocks
   */
  static void partOfBlock(
      float[] source,
      int from,
      int fromStride,
      int rows,
      VectorMask<Float> present,
      float[] room,
      float[] target,
      int at,
      int stride) {
    for (int i = 0; i < rows; i++) {
      FloatVector.fromArray(FLOATS, source, from + i * fromStride)
          .intoArray(room, BLOCK + i * LANES);
    }
    block(room, BLOCK, LANES, room, room, BLOCK, LANES);
    for (int j = 0; j < LANES; j++) {
      FloatVector.fromArray(FLOATS, room, BLOCK + j * LANES)
          .intoArray(target, at + j * stride, present);
    }
  }

  private static void twice(
      float[] source, int from, int fromStride, float[] target, int at, int stride) {
    for (int i = 0; i < LANES / 4; i++) {
      IntVector a = load(source, from + i * fromStride);
      IntVector b = load(source, from + (i + LANES / 4) * fromStride);
      IntVector c = load(source, from + (i + LANES / 2) * fromStride);
      IntVector d = load(source, from + (i + 3 * LANES / 4) * fromStride);
      IntVector acLow = LOW_HALVES.selectFrom(a, c);
      IntVector acHigh = HIGH_HALVES.selectFrom(a, c);
      IntVector bdLow = LOW_HALVES.selectFrom(b, d);
      IntVector bdHigh = HIGH_HALVES.selectFrom(b, d);
      store(LOW_HALVES.selectFrom(acLow, bdLow), target, at + 4 * i * stride);
      store(HIGH_HALVES.selectFrom(acLow, bdLow), target, at + (4 * i + 1) * stride);
      store(LOW_HALVES.selectFrom(acHigh, bdHigh), target, at + (4 * i + 2) * stride);
      store(HIGH_HALVES.selectFrom(acHigh, bdHigh), target, at + (4 * i + 3) * stride);
    }
  }

  private static void once(
      float[] source, int from, int fromStride, float[] target, int at, int stride) {
    for (int i = 0; i < LANES / 2; i++) {
      IntVector a = load(source, from + i * fromStride);
      IntVector b = load(source, from + (i + LANES / 2) * fromStride);
      store(LOW_HALVES.selectFrom(a, b), target, at + 2 * i * stride);
      store(HIGH_HALVES.selectFrom(a, b), target, at + (2 * i + 1) * stride);
    }
  }

  private static IntVector load(float[] source, int at) {
    return FloatVector.fromArray(FLOATS, source, at).reinterpretAsInts();
  }

  private static void store(IntVector bits, float[] target, int at) {
    bits.reinterpretAsFloats().intoArray(target, at);
  }
}
