package dev.amalgam.core.quantization;

import dev.amalgam.core.tensor.DType;

/**
 * Scales of one byte: E8M0 of the OCP Microscaling formats (MX) specification 1.0, section 5.4.1.
 * The byte {@code e} stands for 2^(e − 127), and 255 for NaN.
 */
public final class PowersOfTwo {

  private static final int BIAS = 127;
  private static final int NAN = 255;
  private static final float[] VALUES = new float[NAN + 1];

  static {
    for (int exponent = 0; exponent < NAN; exponent++) {
      VALUES[exponent] = Math.scalb(1f, exponent - BIAS);
    }
    VALUES[NAN] = Float.NaN;
  }

  private PowersOfTwo() {}

  /** Returns whether scales of this type are powers of two; PyTorch stores them as plain bytes. */
  public static boolean areStoredAs(DType dtype) {
    return dtype == DType.U8 || dtype == DType.F8_E8M0;
  }

  /** Returns what a byte stands for. */
  static float value(byte exponent) {
    return VALUES[exponent & 0xff];
  }
}
