package dev.amalgam.bench;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** What one core can do at most: multiplications in registers, and reading memory. */
final class Peak {

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int SUMS = 10;

  private Peak() {}

  /** Returns the floating-point operations that {@link #multiply} of so many rounds does. */
  static double flops(int rounds) {
    return 2.0 * SUMS * FLOATS.length() * rounds;
  }

  /** Multiplies and adds in registers. */
  static float multiply(int rounds, float[] start) {
    FloatVector x = FloatVector.fromArray(FLOATS, start, 0);
    FloatVector y = FloatVector.fromArray(FLOATS, start, 1);
    FloatVector a = FloatVector.fromArray(FLOATS, start, 2);
    FloatVector b = FloatVector.fromArray(FLOATS, start, 3);
    FloatVector c = FloatVector.fromArray(FLOATS, start, 4);
    FloatVector d = FloatVector.fromArray(FLOATS, start, 5);
    FloatVector e = FloatVector.fromArray(FLOATS, start, 6);
    FloatVector f = FloatVector.fromArray(FLOATS, start, 7);
    FloatVector g = FloatVector.fromArray(FLOATS, start, 8);
    FloatVector h = FloatVector.fromArray(FLOATS, start, 9);
    FloatVector i = FloatVector.fromArray(FLOATS, start, 10);
    FloatVector j = FloatVector.fromArray(FLOATS, start, 11);
    for (int round = 0; round < rounds; round++) {
      a = x.fma(y, a);
      b = x.fma(y, b);
      c = x.fma(y, c);
      d = x.fma(y, d);
      e = x.fma(y, e);
      f = x.fma(y, f);
      g = x.fma(y, g);
      h = x.fma(y, h);
      i = x.fma(y, i);
      j = x.fma(y, j);
    }
    return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).lane(0);
  }

  /** Reads native memory, a whole number of kilobytes. */
  static int read(MemorySegment bytes, long from, int length) {
    IntVector a = IntVector.zero(INTS);
    IntVector b = IntVector.zero(INTS);
    int step = INTS.vectorByteSize();
    for (int i = 0; i < length; i += 2 * step) {
      a = a.or(IntVector.fromMemorySegment(INTS, bytes, from + i, ByteOrder.LITTLE_ENDIAN));
      b = b.or(IntVector.fromMemorySegment(INTS, bytes, from + i + step, ByteOrder.LITTLE_ENDIAN));
    }
    return a.or(b).lane(0);
  }
}
