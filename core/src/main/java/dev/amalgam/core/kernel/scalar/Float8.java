package dev.amalgam.core.kernel.scalar;

/**
 * The two 8-bit formats of "FP8 formats for deep learning" (arXiv 2209.05433). A code is a sign
 * bit, an exponent and a fraction. Codes without their sign are ordered as the magnitudes they
 * stand for, so rounding may work on codes and carry from fraction to exponent.
 */
final class Float8 {

  /** 4 exponent bits, 3 fraction bits, no infinity: what is too large becomes the largest value. */
  static final Float8 E4M3 = new Float8(3, 7, 0x7e, 448f);

  /** 5 exponent bits, 2 fraction bits: what is too large becomes infinite. */
  static final Float8 E5M2 = new Float8(2, 15, 0x7c, Float.POSITIVE_INFINITY);

  private static final int NAN_CODE = 0x7f;
  private static final int FLOAT_INFINITY = 0x7f80_0000;
  private static final int FLOAT_FRACTION_BITS = 23;
  private static final int FLOAT_BIAS = 127;

  private final int dropped;
  private final int overflowCode;
  private final int rebias;
  private final int smallestNormal;
  private final float subnormalShifter;
  private final int subnormalShifterBits;
  private final float[] values = new float[256];

  /** Codes above {@code overflowCode}, which stands for {@code overflow}, are NaN. */
  private Float8(int fractionBits, int bias, int overflowCode, float overflow) {
    this.overflowCode = overflowCode;
    dropped = FLOAT_FRACTION_BITS - fractionBits;
    rebias = (FLOAT_BIAS - bias) << FLOAT_FRACTION_BITS;
    smallestNormal = rebias + (1 << FLOAT_FRACTION_BITS);
    int subnormalExponent = 1 - bias - fractionBits;
    // A float32 whose unit in the last place is this format's smallest subnormal.
    subnormalShifter = Math.scalb(1f, subnormalExponent + FLOAT_FRACTION_BITS);
    subnormalShifterBits = Float.floatToRawIntBits(subnormalShifter);
    for (int code = 0; code < 128; code++) {
      float value = finite(code, fractionBits, subnormalExponent);
      values[code] = code < overflowCode ? value : code == overflowCode ? overflow : Float.NaN;
      values[code | 0x80] = -values[code];
    }
  }

  private static float finite(int code, int fractionBits, int subnormalExponent) {
    int exponent = code >> fractionBits;
    int fraction = code & (1 << fractionBits) - 1;
    if (exponent == 0) {
      return Math.scalb((float) fraction, subnormalExponent);
    }
    return Math.scalb((float) (fraction | 1 << fractionBits), exponent - 1 + subnormalExponent);
  }

  /** Returns the values of all 256 codes; the caller must not change them. */
  float[] values() {
    return values;
  }

  /**
   * Returns the code nearest to {@code x}, to even on ties. Both ways of rounding are worked out
   * and one is masked out: weights fall on either side of the smallest normal at random, and a
   * mispredicted branch costs more than the few operations.
   */
  byte encode(float x) {
    int bits = Float.floatToRawIntBits(x);
    int magnitude = bits & Integer.MAX_VALUE;
    int odd = magnitude >>> dropped & 1;
    int normal = (magnitude - rebias + (1 << dropped - 1) - 1 + odd) >> dropped;
    int subnormal =
        Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) + subnormalShifter)
            - subnormalShifterBits;
    int isSubnormal = magnitude - smallestNormal >> 31;
    int isNaN = FLOAT_INFINITY - magnitude >> 31;
    int code = Math.min(normal & ~isSubnormal | subnormal & isSubnormal, overflowCode);
    return (byte) (code | isNaN & NAN_CODE | bits >>> 24 & 0x80);
  }
}
