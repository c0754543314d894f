package dev.amalgam.core.merge;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Counts that several threads gather: each borrows an array of its own for a block, and the arrays
 * are added up at the end. Counts are whole numbers, so their order does not matter.
 */
final class Histogram {

  // A borrowed array is emptied into the totals before one of its counts could overflow.
  private static final long MOST_IN_ONE_ARRAY = 1L << 30;

  private final ArrayDeque<Counts> idle = new ArrayDeque<>();
  private final int bins;
  // Made when the first array is emptied: a plan prepares every tensor and counts nothing.
  private long[] totals;

  Histogram(int bins) {
    this.bins = bins;
  }

  /** An array of counts and how many entries went into it. */
  static final class Counts {
    private final int[] bins;
    private long entries;

    private Counts(int bins) {
      this.bins = new int[bins];
    }

    int[] bins() {
      return bins;
    }
  }

  synchronized Counts borrow() {
    Counts counts = idle.poll();
    return counts == null ? new Counts(bins) : counts;
  }

  synchronized void giveBack(Counts counts, long entries) {
    counts.entries += entries;
    if (counts.entries > MOST_IN_ONE_ARRAY) {
      empty(counts);
    }
    idle.add(counts);
  }

  /** Returns the totals; no array may be borrowed. */
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
