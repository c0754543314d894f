package dev.amalgam.core.sparsify;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * How often bits of magnitudes occur, the upper 16 of all entries or the lower 15 of those that
 * share the upper ones. Several threads count: each borrows an array of its own for a block, and
 * the arrays are added up at the end. Counts are whole numbers, so their order does not matter.
 */
final class Histogram {

  /** How many bits of a magnitude are the lower ones. */
  static final int LOW_BITS = 15;

  private static final int LOW_MASK = (1 << LOW_BITS) - 1;
  private static final int ALL = -1;

  // A borrowed array is emptied into the totals before one of its counts could overflow.
  private static final long MOST_IN_ONE_ARRAY = 1L << 30;

  private final ArrayDeque<Counts> idle = new ArrayDeque<>();
  private final int upper;
  private final int bins;
  // Made when the first array is emptied: a plan prepares every tensor and counts nothing.
  private long[] totals;

  private Histogram(int upper, int bins) {
    this.upper = upper;
    this.bins = bins;
  }

  /** Returns a histogram of the upper bits of all entries. */
  static Histogram ofUpperBits() {
    return new Histogram(ALL, 1 << 16);
  }

  /** Returns a histogram of the lower bits of the entries with these upper bits. */
  static Histogram ofLowerBits(int upper) {
    return new Histogram(upper, 1 << LOW_BITS);
  }

  /** An array of counts and how many entries went into it. */
  private static final class Counts {
    private final int[] bins;
    private long entries;

    private Counts(int bins) {
      this.bins = new int[bins];
    }
  }

  /** Counts the first {@code count} entries of an array; called from any thread. */
  void add(float[] x, int count) {
    Counts counts = borrow();
    if (upper == ALL) {
      countUpper(x, count, counts.bins);
    } else {
      countLower(x, count, upper, counts.bins);
    }
    giveBack(counts, count);
  }

  private static void countUpper(float[] x, int count, int[] bins) {
    for (int i = 0; i < count; i++) {
      bins[(Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE) >>> LOW_BITS]++;
    }
  }

  private static void countLower(float[] x, int count, int upper, int[] bins) {
    for (int i = 0; i < count; i++) {
      int bits = Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE;
      if (bits >>> LOW_BITS == upper) {
        bins[bits & LOW_MASK]++;
      }
    }
  }

  private synchronized Counts borrow() {
    Counts counts = idle.poll();
    return counts == null ? new Counts(bins) : counts;
  }

  private synchronized void giveBack(Counts counts, long entries) {
    counts.entries += entries;
    if (counts.entries > MOST_IN_ONE_ARRAY) {
      empty(counts);
    }
    idle.add(counts);
  }

  /** Returns the totals; no thread may be counting. */
  synchronized long[] totals() {
    idle.forEach(this::empty);
    return allocated();
  }

  private long[] allocated() {
    return totals == null ? totals = new long[bins] : totals;
  }

  private void empty(Counts counts) {
    long[] sums = allocated();
    for (int i = 0; i < bins; i++) {
      sums[i] += counts.bins[i];
    }
    Arrays.fill(counts.bins, 0);
    counts.entries = 0;
  }
}
