package dev.amalgam.core.kernel.scalar;

import dev.amalgam.core.kernel.Conversion;
import dev.amalgam.core.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Conversion in plain Java; also the home of the loops that a compiler vectorises by itself. */
public final class ScalarConversion implements Conversion {

  private static final int BF16_QUIET = 0x40_0000;

  @Override
  public void decode(
      DType dtype, MemorySegment source, long offset, float[] target, int at, int count) {
    switch (dtype) {
      case F64 -> decodeF64(source, offset, target, at, count);
      case F32 -> MemorySegment.copy(source, Little.FLOAT, offset, target, at, count);
      case F16 -> decodeF16(source, offset, target, at, count);
      case BF16 -> decodeBf16(source, offset, target, at, 0, count);
      case F8_E4M3 -> decodeF8(Float8.E4M3, source, offset, target, at, count);
      case F8_E5M2 -> decodeF8(Float8.E5M2, source, offset, target, at, count);
      default -> throw new IllegalArgumentException(dtype + " cannot be decoded to float32");
    }
  }

  @Override
  public void encode(DType dtype, float[] source, int count, MemorySegment target, long offset) {
    switch (dtype) {
      case F64 -> encodeF64(source, count, target, offset);
      case F32 -> MemorySegment.copy(source, 0, target, Little.FLOAT, offset, count);
      case F16 -> encodeF16(source, count, target, offset);
      case BF16 -> encodeBf16(source, 0, count, target, offset);
      case F8_E4M3 -> encodeF8(Float8.E4M3, source, count, target, offset);
      case F8_E5M2 -> encodeF8(Float8.E5M2, source, count, target, offset);
      default -> throw new IllegalArgumentException(dtype + " cannot be encoded from float32");
    }
  }

  private static void decodeF64(
      MemorySegment source, long offset, float[] target, int at, int count) {
    for (int i = 0; i < count; i++) {
      target[at + i] = (float) source.get(Little.DOUBLE, offset + 8L * i);
    }
  }

  private static void encodeF64(float[] source, int count, MemorySegment target, long offset) {
    for (int i = 0; i < count; i++) {
      target.set(Little.DOUBLE, offset + 8L * i, source[i]);
    }
  }

  private static void decodeF16(
      MemorySegment source, long offset, float[] target, int at, int count) {
    for (int i = 0; i < count; i++) {
      target[at + i] = Float.float16ToFloat(source.get(Little.SHORT, offset + 2L * i));
    }
  }

  private static void encodeF16(float[] source, int count, MemorySegment target, long offset) {
    for (int i = 0; i < count; i++) {
      target.set(Little.SHORT, offset + 2L * i, Float.floatToFloat16(source[i]));
    }
  }

  /**
   * Decodes BF16 elements {@code from} (inclusive) to {@code to}; element 0 is at the offset and
   * goes to {@code target[at]}.
   */
  public static void decodeBf16(
      MemorySegment source, long offset, float[] target, int at, int from, int to) {
    for (int i = from; i < to; i++) {
      target[at + i] = Float.intBitsToFloat(source.get(Little.SHORT, offset + 2L * i) << 16);
    }
  }

  /** Encodes BF16 elements {@code from} (inclusive) to {@code to}; element 0 is at the offset. */
  public static void encodeBf16(
      float[] source, int from, int to, MemorySegment target, long offset) {
    for (int i = from; i < to; i++) {
      int bits = Float.floatToRawIntBits(source[i]);
      // Half a unit in the last place, less a little where the result would be odd: ties to even.
      int rounded = bits + 0x7fff + (bits >>> 16 & 1);
      int kept = Float.isNaN(source[i]) ? bits | BF16_QUIET : rounded;
      target.set(Little.SHORT, offset + 2L * i, (short) (kept >>> 16));
    }
  }

  private static void decodeF8(
      Float8 format, MemorySegment source, long offset, float[] target, int at, int count) {
    float[] values = format.values();
    for (int i = 0; i < count; i++) {
      target[at + i] = values[source.get(ValueLayout.JAVA_BYTE, offset + i) & 0xff];
    }
  }

  private static void encodeF8(
      Float8 format, float[] source, int count, MemorySegment target, long offset) {
    for (int i = 0; i < count; i++) {
      target.set(ValueLayout.JAVA_BYTE, offset + i, format.encode(source[i]));
    }
  }
}
