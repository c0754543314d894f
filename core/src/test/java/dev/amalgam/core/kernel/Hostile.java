package dev.amalgam.core.kernel;

import java.util.Random;

/** Inputs that look for trouble, the counts to try them with, and how often until compiled. */
final class Hostile {

  /** A count of several vectors and a tail, for {@link #rounds()}. */
  static final int HEATING_COUNT = 1027;

  private static final int[] SPECIAL_BITS = {
    0x0000_0000, // zero
    0x0000_0001, // smallest subnormal
    0x007f_ffff, // largest subnormal
    0x0080_0000, // smallest normal
    0x3f80_7fff, // below, at and above a tie of BF16, with an even and an odd lower neighbour
    0x3f80_8000,
    0x3f80_8001,
    0x3f81_8000,
    0x3f80_1000, // a tie of F16
    0x3f88_0000, // a tie of F8_E4M3
    0x3f90_0000, // a tie of F8_E5M2
    0x477f_f000, // the smallest that overflows F16
    0x43e8_0000, // the largest that rounds down to 448
    0x7f7f_7fff, // the largest that BF16 does not round to infinity
    0x7f7f_ffff, // largest finite
    0x7f80_0000, // infinity
    0x7f80_0001, // signalling NaNs
    0x7fbf_ffff,
    0x7fc0_0000, // quiet NaNs
    0x7fff_ffff,
  };

  private Hostile() {}

  /** Returns special values of both signs, random bits and ordinary weights, in random order. */
  static float[] floats(int count, long seed) {
    Random random = new Random(seed);
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      int sign = random.nextInt() & Integer.MIN_VALUE;
      x[i] =
          switch (random.nextInt(4)) {
            case 0 ->
                Float.intBitsToFloat(SPECIAL_BITS[random.nextInt(SPECIAL_BITS.length)] | sign);
            case 1 -> Float.intBitsToFloat(random.nextInt());
            default -> (float) random.nextGaussian() * 0.05f;
          };
    }
    return x;
  }

  /** Returns every count up to past four of the widest vectors, and a few beyond. */
  static int[] counts() {
    int[] counts = new int[70];
    for (int i = 0; i < 67; i++) {
      counts[i] = i;
    }
    counts[67] = 511;
    counts[68] = 1025;
    counts[69] = 4099;
    return counts;
  }

  /**
   * Returns how often a kernel must run on {@link #HEATING_COUNT} entries to be compiled for good:
   * half as many again as tiered compilation takes, and with {@code -Xbatch} it is then over.
   */
  static int rounds() {
    return System.getProperty("java.vm.info", "").contains("interpreted") ? 1 : 1200;
  }

  /** Returns the bits of the floats, for comparisons to which NaN is not special. */
  static int[] bits(float[] x) {
    int[] bits = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      bits[i] = Float.floatToRawIntBits(x[i]);
    }
    return bits;
  }
}
