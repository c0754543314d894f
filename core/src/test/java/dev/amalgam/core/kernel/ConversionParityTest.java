package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.amalgam.core.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("parity")
class ConversionParityTest {

  private static final byte UNTOUCHED = 0x5a;
  private static final float UNTOUCHED_FLOAT = 12345.678f;
  private static final int[] OFFSETS = {0, 1, 6};

  private final Conversion scalar = Kernels.scalar().conversion();
  private final Conversion chosen = Kernels.simd().conversion();

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"})
  void encodingGivesEqualBytesForEveryCountAndOffsetAndWritesNothingElse(DType dtype) {
    for (int count : Hostile.counts()) {
      float[] source = Hostile.floats(count, count);
      for (int offset : OFFSETS) {
        byte[] expected = encoded(scalar, dtype, source, offset);
        byte[] actual = encoded(chosen, dtype, source, offset);
        assertArrayEquals(expected, actual, () -> dtype + ", count " + count + ", at " + offset);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"})
  void decodingGivesEqualBitsForEveryCountAndOffsetAndWritesNothingElse(DType dtype) {
    for (int count : Hostile.counts()) {
      for (int offset : OFFSETS) {
        byte[] bytes = randomBytes(offset + (int) dtype.bytes(count), count);
        int[] expected = decoded(scalar, dtype, bytes, offset, count);
        int[] actual = decoded(chosen, dtype, bytes, offset, count);
        assertArrayEquals(expected, actual, () -> dtype + ", count " + count + ", at " + offset);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void allSixteenBitPatternsDecodeEquallyAndComeBack(DType dtype) {
    byte[] bytes = new byte[2 << 16];
    for (int code = 0; code < 1 << 16; code++) {
      bytes[2 * code] = (byte) code;
      bytes[2 * code + 1] = (byte) (code >> 8);
    }
    int[] expected = decoded(scalar, dtype, bytes, 0, 1 << 16);
    assertArrayEquals(expected, decoded(chosen, dtype, bytes, 0, 1 << 16));
    float[] values = new float[1 << 16];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(expected[i]);
    }
    assertArrayEquals(encoded(scalar, dtype, values, 0), encoded(chosen, dtype, values, 0));
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"})
  void bitsStayEqualOnceCompiled(DType dtype) {
    int count = Hostile.HEATING_COUNT;
    float[] source = Hostile.floats(count, 42);
    byte[] cold = encoded(scalar, dtype, source, 0);
    int[] coldDecoded = decoded(scalar, dtype, cold, 0, count);
    for (int round = 0; round < Hostile.rounds(); round++) {
      assertArrayEquals(cold, encoded(scalar, dtype, source, 0));
      assertArrayEquals(cold, encoded(chosen, dtype, source, 0));
      assertArrayEquals(coldDecoded, decoded(scalar, dtype, cold, 0, count));
      assertArrayEquals(coldDecoded, decoded(chosen, dtype, cold, 0, count));
    }
  }

  private static byte[] encoded(Conversion twin, DType dtype, float[] source, int offset) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(offset + dtype.bytes(source.length) + 64);
      target.fill(UNTOUCHED);
      twin.encode(dtype, source, source.length, target, offset);
      return target.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private static int[] decoded(Conversion twin, DType dtype, byte[] bytes, int offset, int count) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      float[] target = new float[count + 64];
      Arrays.fill(target, UNTOUCHED_FLOAT);
      twin.decode(dtype, source, offset, target, count);
      return Hostile.bits(target);
    }
  }

  private static byte[] randomBytes(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
