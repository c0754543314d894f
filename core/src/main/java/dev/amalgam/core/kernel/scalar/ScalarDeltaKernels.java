package dev.amalgam.core.kernel.scalar;

import dev.amalgam.core.kernel.DeltaKernels;

/**
 * The loops of delta merging in plain Java. The static methods work on a range {@code [from .. to)}
 * of their arrays and finish what the SIMD twins leave over.
 */
public final class ScalarDeltaKernels implements DeltaKernels {

  private static final long GOLDEN_GAMMA = 0x9E37_79B9_7F4A_7C15L;

  @Override
  public void keepBand(float[] x, int count, int low, int high) {
    keepBand(x, 0, count, low, high);
  }

  @Override
  public void keepDrawn(float[] x, int count, int[] draws, int threshold) {
    keepDrawn(x, 0, count, draws, threshold);
  }

  @Override
  public void addAgreeing(
      float[] x, float weight, float[] majority, float[] sum, float[] divisor, int count) {
    addAgreeing(x, weight, majority, sum, divisor, 0, count);
  }

  @Override
  public void divideByNonZero(float[] x, float[] divisor, int count) {
    divideByNonZero(x, divisor, 0, count);
  }

  @Override
  public int countMagnitude(float[] x, int count, int bits) {
    return countMagnitude(x, 0, count, bits);
  }

  @Override
  public int countBelow(int[] x, int count, int bound) {
    return countBelow(x, 0, count, bound);
  }

  @Override
  public void draw(long key, long first, int[] draws, int count) {
    draw(key, first, draws, 0, count);
  }

  /** As {@link DeltaKernels#keepBand}. */
  public static void keepBand(float[] x, int from, int to, int low, int high) {
    for (int i = from; i < to; i++) {
      int magnitude = Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE;
      if (magnitude <= low || magnitude > high) {
        x[i] = 0f;
      }
    }
  }

  /** As {@link DeltaKernels#keepDrawn}. */
  public static void keepDrawn(float[] x, int from, int to, int[] draws, int threshold) {
    for (int i = from; i < to; i++) {
      if (Integer.compareUnsigned(draws[i], threshold) >= 0) {
        x[i] = 0f;
      }
    }
  }

  /** As {@link DeltaKernels#addAgreeing}. */
  public static void addAgreeing(
      float[] x, float weight, float[] majority, float[] sum, float[] divisor, int from, int to) {
    for (int i = from; i < to; i++) {
      if (majority[i] >= 0f ? x[i] > 0f : majority[i] < 0f && x[i] < 0f) {
        sum[i] += x[i];
        divisor[i] += weight;
      }
    }
  }

  /** As {@link DeltaKernels#divideByNonZero}. */
  public static void divideByNonZero(float[] x, float[] divisor, int from, int to) {
    for (int i = from; i < to; i++) {
      x[i] /= divisor[i] == 0f ? 1f : divisor[i];
    }
  }

  /** As {@link DeltaKernels#countMagnitude}. */
  public static int countMagnitude(float[] x, int from, int to, int bits) {
    int found = 0;
    for (int i = from; i < to; i++) {
      found += (Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE) == bits ? 1 : 0;
    }
    return found;
  }

  /** As {@link DeltaKernels#countBelow}. */
  public static int countBelow(int[] x, int from, int to, int bound) {
    int below = 0;
    for (int i = from; i < to; i++) {
      below += x[i] < bound ? 1 : 0;
    }
    return below;
  }

  /** As {@link DeltaKernels#draw}, where draw {@code first + from} goes to {@code draws[from]}. */
  public static void draw(long key, long first, int[] draws, int from, int to) {
    // Draws come in pairs: the state of the word that holds draw `first + from`, and on from there.
    long state = key + ((first + from >> 1) + 1) * GOLDEN_GAMMA;
    for (int i = from; i < to; i += 2) {
      long word = mix(state);
      draws[i] = (int) word;
      if (i + 1 < to) {
        draws[i + 1] = (int) (word >>> 32);
      }
      state += GOLDEN_GAMMA;
    }
  }

  private static long mix(long state) {
    long z = (state ^ state >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
    return z ^ z >>> 31;
  }
}
