package dev.amalgam.core.kernel;

/**
 * Element-wise float32 arithmetic on the first {@code count} entries of arrays. Plain loops: the
 * compiler vectorises them as well as hand-written vectors would be, with equal bits.
 */
public final class Elementwise {

  private Elementwise() {}

  /** Computes {@code x = x − y}. */
  public static void subtract(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      x[i] -= y[i];
    }
  }

  /** Computes {@code x[xAt + i] = x[xAt + i] − y[i]} for i in {@code [0 .. count)}. */
  public static void subtract(float[] x, int xAt, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      x[xAt + i] -= y[i];
    }
  }

  /** Computes {@code x = x + y}. */
  public static void add(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      x[i] += y[i];
    }
  }

  /** Computes {@code x[xAt + i] = x[xAt + i] + y[yAt + i]} for i in {@code [0 .. count)}. */
  public static void add(float[] x, int xAt, float[] y, int yAt, int count) {
    for (int i = 0; i < count; i++) {
      x[xAt + i] += y[yAt + i];
    }
  }

  /** Computes {@code x = a·x}. */
  public static void scale(float[] x, float a, int count) {
    for (int i = 0; i < count; i++) {
      x[i] *= a;
    }
  }

  /** Computes {@code x = x·y}, entry by entry. */
  public static void multiply(float[] x, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      x[i] *= y[i];
    }
  }

  /** Computes {@code x = x / a}. */
  public static void divide(float[] x, float a, int count) {
    for (int i = 0; i < count; i++) {
      x[i] /= a;
    }
  }

  /** Computes {@code x = x + a·y}, rounded after the product and after the sum. */
  public static void addScaled(float[] x, float a, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      x[i] += a * y[i];
    }
  }

  /** Computes {@code x = y + a·x}, rounded after the product and after the sum. */
  public static void scaleAndAdd(float[] x, float a, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      x[i] = y[i] + a * x[i];
    }
  }

  /** Computes {@code out = a·x + b·y}, rounded after each product and after the sum. */
  public static void combine(float a, float[] x, float b, float[] y, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = a * x[i] + b * y[i];
    }
  }

  /**
   * Returns how many entries have a magnitude above {@code limit}, infinities and NaN among them.
   *
   * @param limit finite, and not negative
   */
  public static int countAbove(float[] x, float limit, int count) {
    int bits = Float.floatToRawIntBits(limit);
    int above = 0;
    for (int i = 0; i < count; i++) {
      // The difference is negative where the entry's bits are more.
      above += bits - (Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE) >>> Integer.SIZE - 1;
    }
    return above;
  }
}
