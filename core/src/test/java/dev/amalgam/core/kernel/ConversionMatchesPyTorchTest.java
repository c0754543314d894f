package dev.amalgam.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.amalgam.core.tensor.DType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against what PyTorch 2.13 made of the same numbers; {@code make_fixtures.py} is beside them. */
class ConversionMatchesPyTorchTest {

  static Stream<Conversion> twins() {
    return Stream.of(Kernels.scalar().conversion(), Kernels.get().conversion());
  }

  @ParameterizedTest
  @MethodSource("twins")
  void encodingRoundsAndOverflowsLikePyTorch(Conversion twin) {
    float[] inputs = floats(twin, "encode_inputs.f32");
    for (DType dtype : new DType[] {DType.F8_E4M3, DType.F8_E5M2, DType.F16, DType.BF16}) {
      byte[] expected = fixture("encode_" + dtype.name().toLowerCase(Locale.ROOT) + ".bin");
      byte[] actual = encode(twin, dtype, inputs);
      int width = dtype.bits() / 8;
      for (int i = 0; i < inputs.length; i++) {
        int want = code(expected, i, width);
        int got = code(actual, i, width);
        String what = dtype + " of " + Float.toHexString(inputs[i]);
        if (Float.isNaN(inputs[i])) {
          assertTrue(isNaN(twin, dtype, want), what + " in the fixture");
          assertTrue(isNaN(twin, dtype, got), what);
        } else {
          assertEquals(Integer.toHexString(want), Integer.toHexString(got), what);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void all256CodesOfTheEightBitTypesDecodeLikePyTorch(Conversion twin) {
    byte[] codes = new byte[256];
    for (int code = 0; code < 256; code++) {
      codes[code] = (byte) code;
    }
    assertSameValues(
        floats(twin, "decode_f8_e4m3.f32"), decode(twin, DType.F8_E4M3, codes), DType.F8_E4M3);
    assertSameValues(
        floats(twin, "decode_f8_e5m2.f32"), decode(twin, DType.F8_E5M2, codes), DType.F8_E5M2);
  }

  @ParameterizedTest
  @MethodSource("twins")
  void doublesRoundToFloatsLikePyTorch(Conversion twin) {
    byte[] doubles = fixture("decode_f64.bin");
    assertSameValues(floats(twin, "decode_f64.f32"), decode(twin, DType.F64, doubles), DType.F64);
  }

  @ParameterizedTest
  @MethodSource("twins")
  void sixteenBitCodesDecodeToTheValueTheirFieldsSay(Conversion twin) {
    byte[] codes = new byte[2 << 16];
    for (int code = 0; code < 1 << 16; code++) {
      codes[2 * code] = (byte) code;
      codes[2 * code + 1] = (byte) (code >> 8);
    }
    float[] half = decode(twin, DType.F16, codes);
    float[] brain = decode(twin, DType.BF16, codes);
    for (int code = 0; code < 1 << 16; code++) {
      assertSameValue(valueOf(code, 10, 5), half[code], DType.F16, code);
      assertSameValue(valueOf(code, 7, 8), brain[code], DType.BF16, code);
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void nanKeepsItsUpperPayloadInBf16AndAllOfItInF32(Conversion twin) {
    float[] nan = new float[40];
    Arrays.fill(nan, Float.intBitsToFloat(0xff93_4567));
    assertEquals(0xffd3, code(encode(twin, DType.BF16, nan), 0, 2));
    assertEquals(0xff93_4567, code(encode(twin, DType.F32, nan), 0, 4));
  }

  @ParameterizedTest
  @MethodSource("twins")
  void typesThatAreNoFloatsAreRefused(Conversion twin) {
    MemorySegment memory = MemorySegment.NULL;
    for (DType dtype : DType.values()) {
      if (!dtype.isArithmetic()) {
        assertThrows(
            IllegalArgumentException.class, () -> twin.decode(dtype, memory, 0, new float[0], 0));
        assertThrows(
            IllegalArgumentException.class, () -> twin.encode(dtype, new float[0], 0, memory, 0));
      }
    }
  }

  private static float valueOf(int code, int fractionBits, int exponentBits) {
    int bias = (1 << exponentBits - 1) - 1;
    int exponent = code >> fractionBits & (1 << exponentBits) - 1;
    int fraction = code & (1 << fractionBits) - 1;
    double magnitude;
    if (exponent == (1 << exponentBits) - 1) {
      magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == 0) {
      magnitude = Math.scalb((double) fraction, 1 - bias - fractionBits);
    } else {
      magnitude = Math.scalb(1 + Math.scalb((double) fraction, -fractionBits), exponent - bias);
    }
    return (float) (code >> 15 == 0 ? magnitude : -magnitude);
  }

  private static void assertSameValues(float[] expected, float[] actual, DType dtype) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertSameValue(expected[i], actual[i], dtype, i);
    }
  }

  // By the canonical bits: any NaN equals any other, and −0 differs from 0.
  private static void assertSameValue(float expected, float actual, DType dtype, int index) {
    if (Float.floatToIntBits(expected) != Float.floatToIntBits(actual)) {
      assertEquals(expected, actual, dtype + " at " + index);
    }
  }

  private static boolean isNaN(Conversion twin, DType dtype, int code) {
    byte[] bytes = new byte[dtype.bits() / 8];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (code >> 8 * i);
    }
    return Float.isNaN(decode(twin, dtype, bytes)[0]);
  }

  private static int code(byte[] bytes, int index, int width) {
    int code = 0;
    for (int i = width - 1; i >= 0; i--) {
      code = code << 8 | bytes[index * width + i] & 0xff;
    }
    return code;
  }

  private static float[] floats(Conversion twin, String fixture) {
    return decode(twin, DType.F32, fixture(fixture));
  }

  private static float[] decode(Conversion twin, DType dtype, byte[] bytes) {
    try (Arena arena = Arena.ofConfined()) {
      float[] values = new float[bytes.length * 8 / dtype.bits()];
      MemorySegment source = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      twin.decode(dtype, source, 0, values, values.length);
      return values;
    }
  }

  private static byte[] encode(Conversion twin, DType dtype, float[] values) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(dtype.bytes(values.length));
      twin.encode(dtype, values, values.length, target, 0);
      return target.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private static byte[] fixture(String name) {
    try (InputStream in =
        ConversionMatchesPyTorchTest.class.getResourceAsStream("/conversion/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
