package dev.amalgam.core.kernel.scalar;

/**
 * exp and tanh of a float32, from FMA, integer and bit operations only, so that the SIMD twin gives
 * the same bits. The argument is taken apart as {@code n·ln 2 + r} with {@code |r| ≤ ½ln 2}; a
 * polynomial gives {@code expm1(r) = r + r²·Q(r)}, where the coefficients of Q minimise the largest
 * relative error of {@code exp(r)}, 3.2e-9.
 */
public final class ScalarExp {

  /** Below it the result is 0: the smallest argument whose result is not flushed is −86.99. */
  public static final float LOWEST = -87.3f;

  /** Beyond it the result is infinite: exp overflows at 88.72. */
  public static final float HIGHEST = 89f;

  /** The argument from which on float32 tanh is 1. */
  public static final float TANH_IS_ONE = 10f;

  /** {@code 1/ln 2}. */
  public static final float LOG2_E = 1.4426950408889634f;

  /** The upper part of {@code −ln 2}. */
  public static final float MINUS_LN2_HIGH = -0.6931472f;

  /** What is left of {@code −ln 2}. */
  public static final float MINUS_LN2_LOW = 1.9046543e-9f;

  /**
   * Added to {@code x/ln 2} it rounds to the integer n, and leaves {@code n + 127} in the lowest
   * bits, which shifted up are the bits of the float {@code 2ⁿ}.
   */
  public static final float ROUNDER = 0x1.8p23f + 127;

  /** As {@link #ROUNDER} for {@code 2ⁿ⁻¹}, which is finite where {@code 2ⁿ} no longer is. */
  public static final float HALF_ROUNDER = 0x1.8p23f + 126;

  /** The bits of the fraction of a float, and how far the exponent is shifted. */
  public static final int FRACTION_BITS = 23;

  /** Coefficients of Q. */
  public static final float Q0 = 0.49999994f;

  /** Of r. */
  public static final float Q1 = 0.16666517f;

  /** Of r². */
  public static final float Q2 = 0.0416681f;

  /** Of r³. */
  public static final float Q3 = 0.008369192f;

  /** Of r⁴. */
  public static final float Q4 = 0.0013838812f;

  private ScalarExp() {}

  /** Returns eˣ; 0 for everything below {@code 2^−125.5}, NaN for NaN. */
  static float exp(float x) {
    float notBelow = x < LOWEST ? LOWEST : x;
    return expWithin(notBelow > HIGHEST ? HIGHEST : notBelow);
  }

  /** As {@link #exp}, for NaN and arguments between {@link #LOWEST} and {@link #HIGHEST}. */
  static float expWithin(float x) {
    float rounded = Math.fma(x, LOG2_E, HALF_ROUNDER);
    float r = reduced(x, rounded - HALF_ROUNDER);
    // Twice the polynomial times half the power.
    float q = Math.fma(Math.fma(r, 2 * Q4, 2 * Q3), r, 2 * Q2);
    q = Math.fma(Math.fma(q, r, 2 * Q1), r, 2 * Q0);
    return Math.fma(Math.fma(q, r, 2f), r, 2f) * power(rounded);
  }

  /** Returns tanh(x), as {@code −expm1(−2|x|)/(expm1(−2|x|) + 2)} with the sign of x. */
  static float tanh(float x) {
    float magnitude = Math.abs(x);
    float z = -2f * (magnitude > TANH_IS_ONE ? TANH_IS_ONE : magnitude);
    float rounded = Math.fma(z, LOG2_E, ROUNDER);
    float r = reduced(z, rounded - ROUNDER);
    float q = Math.fma(Math.fma(r, Q4, Q3), r, Q2);
    q = Math.fma(Math.fma(q, r, Q1), r, Q0);
    float power = power(rounded);
    float expm1 = Math.fma(Math.fma(q * r, r, r), power, power - 1f);
    return Math.copySign(expm1 / (expm1 + 2f), x);
  }

  private static float reduced(float x, float n) {
    return Math.fma(n, MINUS_LN2_LOW, Math.fma(n, MINUS_LN2_HIGH, x));
  }

  private static float power(float rounded) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(rounded) << FRACTION_BITS);
  }
}
