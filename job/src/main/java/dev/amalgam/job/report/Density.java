package dev.amalgam.job.report;

/**
 * Importance for each parameter of a partition, as a number that sorts like it: the 31 bits of a
 * float32 that is not negative.
 */
final class Density {

  /** How many of its lowest bits tell values of one bin apart, which differ by up to 0.05 %. */
  static final int FINE_BITS = 12;

  /** The number of bins. */
  static final int BINS = 1 << (31 - FINE_BITS);

  private Density() {}

  /** Returns the number that sorts like the quotient. */
  static int key(double importance, long size) {
    // Added, 0 makes 0 of -0, whose sign is a bit too.
    return Float.floatToRawIntBits((float) (importance / size) + 0f);
  }

  /** Returns the bin of a key; bins sort like their keys. */
  static int bin(int key) {
    return key >>> FINE_BITS;
  }
}
