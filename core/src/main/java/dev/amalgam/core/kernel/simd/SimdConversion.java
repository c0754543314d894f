package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;
import static dev.amalgam.core.kernel.simd.Species.INTS;
import static dev.amalgam.core.kernel.simd.Species.SHORTS;

import dev.amalgam.core.kernel.Conversion;
import dev.amalgam.core.kernel.scalar.ScalarConversion;
import dev.amalgam.core.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** Conversion with the Vector API where it is faster than what the compiler makes of a loop. */
final class SimdConversion implements Conversion {

  private static final int BF16_QUIET = 0x40_0000;

  private final ScalarConversion scalar = new ScalarConversion();

  @Override
  public void decode(DType dtype, MemorySegment source, long offset, float[] target, int count) {
    if (dtype == DType.BF16) {
      decodeBf16(source, offset, target, count);
    } else {
      scalar.decode(dtype, source, offset, target, count);
    }
  }

  @Override
  public void encode(DType dtype, float[] source, int count, MemorySegment target, long offset) {
    if (dtype == DType.BF16) {
      encodeBf16(source, count, target, offset);
    } else {
      scalar.encode(dtype, source, count, target, offset);
    }
  }

  private static void decodeBf16(MemorySegment source, long offset, float[] target, int count) {
    int bound = FLOATS.loopBound(count);
    for (int i = 0; i < bound; i += FLOATS.length()) {
      ShortVector.fromMemorySegment(SHORTS, source, offset + 2L * i, ByteOrder.LITTLE_ENDIAN)
          .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0)
          .reinterpretAsInts()
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(target, i);
    }
    ScalarConversion.decodeBf16(source, offset, target, bound, count);
  }

  private static void encodeBf16(float[] source, int count, MemorySegment target, long offset) {
    int bound = FLOATS.loopBound(count);
    for (int i = 0; i < bound; i += FLOATS.length()) {
      FloatVector x = FloatVector.fromArray(FLOATS, source, i);
      IntVector bits = x.reinterpretAsInts();
      IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).and(1);
      IntVector rounded = bits.add(0x7fff).add(odd);
      rounded
          .blend(bits.or(BF16_QUIET), x.test(VectorOperators.IS_NAN).cast(INTS))
          .lanewise(VectorOperators.LSHR, 16)
          .convertShape(VectorOperators.I2S, SHORTS, 0)
          .reinterpretAsShorts()
          .intoMemorySegment(target, offset + 2L * i, ByteOrder.LITTLE_ENDIAN);
    }
    ScalarConversion.encodeBf16(source, bound, count, target, offset);
  }
}
