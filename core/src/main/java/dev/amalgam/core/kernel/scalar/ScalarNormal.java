package dev.amalgam.core.kernel.scalar;

/**
 * The upper tail of the standard normal distribution, {@code 1 − Φ(t) = e^(−t²/2)·R(t)}, for the
 * exact GELU: unlike {@code 1 + erf} it loses no digits to cancellation. R, Mills' ratio over
 * {@code √(2π)}, is a polynomial in {@code (t − 3)/(t + 3)}, whose coefficients minimise the
 * largest relative error over the range, 1.5e-8 after their rounding.
 */
public final class ScalarNormal {

  /** Beyond it the tail is 0 in float32, as {@link ScalarExp#exp} flushes {@code e^(−t²/2)}. */
  public static final float WIDEST = 13.2f;

  /** The argument at which the polynomial's variable is 0. */
  public static final float CENTRE = 3f;

  /** {@code 1/√(2π)}, the density at 0. */
  public static final float PEAK = 0.3989422804014327f;

  /** Coefficients of the polynomial. */
  public static final float C0 = 0.12151395f;

  /** Of the first power. */
  public static final float C1 = -0.20640263f;

  /** Of the second power. */
  public static final float C2 = 0.12322502f;

  /** Of the third power. */
  public static final float C3 = -0.046213135f;

  /** Of the fourth power. */
  public static final float C4 = 0.0061320956f;

  /** Of the fifth power. */
  public static final float C5 = 0.0029038815f;

  /** Of the sixth power. */
  public static final float C6 = -0.00098366f;

  /** Of the seventh power. */
  public static final float C7 = -0.00033834725f;

  /** Of the eighth power. */
  public static final float C8 = 0.00011535331f;

  /** Of the ninth power. */
  public static final float C9 = 5.2979776e-05f;

  private ScalarNormal() {}

  /** Returns R(t) for t from 0 to {@link #WIDEST}. */
  static float ratio(float t) {
    float u = (t - CENTRE) / (t + CENTRE);
    float p = Math.fma(Math.fma(u, C9, C8), u, C7);
    p = Math.fma(Math.fma(p, u, C6), u, C5);
    p = Math.fma(Math.fma(p, u, C4), u, C3);
    p = Math.fma(Math.fma(p, u, C2), u, C1);
    return Math.fma(p, u, C0);
  }

  /** Returns {@code e^(−t²/2)} for t from 0 to {@link #WIDEST}. */
  static float bell(float t) {
    return ScalarExp.expWithin(t * t * -0.5f);
  }
}
