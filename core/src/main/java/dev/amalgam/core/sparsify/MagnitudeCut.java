package dev.amalgam.core.sparsify;

import dev.amalgam.core.block.Block;
import java.util.Arrays;

/**
 * The place that splits a tensor's entries, ordered by falling magnitude and, among equals, by
 * rising index, behind the first {@code position}. Found exactly by radix selection on the bits of
 * the magnitudes: one scan counts the upper 16 bits, one the lower 15 of the entries that share the
 * decisive upper bits, and where only some of the entries of the decisive magnitude are in front of
 * the cut, one more counts these by block.
 *
 * <p>It is for deltas, in which a kept zero and a dropped one are the same. Where zeros are told
 * apart, {@link PartitionThresholds} finds the cut.
 *
 * <p>Until it is {@linkplain #found found}: {@link #visit} every block, then {@link #finish}.
 */
final class MagnitudeCut {

  private enum Stage {
    UPPER,
    LOWER,
    EQUALS,
    FOUND
  }

  private final long position;
  private Stage stage = Stage.UPPER;
  private Histogram histogram = Histogram.ofUpperBits();
  private int upper;
  private long left;
  private int threshold;
  private long quota;
  private long[] equals = new long[16];

  /**
   * Creates a cut that is still to be found.
   *
   * @param position how many entries are in front of the cut: over 0, and fewer than there are
   */
  MagnitudeCut(long position) {
    this.position = position;
    this.left = position;
  }

  boolean found() {
    return stage == Stage.FOUND;
  }

  void visit(float[] x, Block block) {
    int count = block.length();
    switch (stage) {
      case UPPER, LOWER -> histogram.add(x, count);
      case EQUALS ->
          setEquals(block.index(), block.kernels().delta().countMagnitude(x, count, threshold));
      case FOUND -> throw new IllegalStateException("the cut is found");
    }
  }

  void finish() {
    switch (stage) {
      case UPPER -> {
        upper = takeBins(histogram.totals());
        histogram = Histogram.ofLowerBits(upper);
        stage = Stage.LOWER;
      }
      case LOWER -> {
        long[] counts = histogram.totals();
        int lower = takeBins(counts);
        threshold = upper << Histogram.LOW_BITS | lower;
        quota = left;
        histogram = null;
        // Which of several zeros counts as kept changes nothing.
        boolean split = quota < counts[lower] && threshold != 0;
        stage = split ? Stage.EQUALS : Stage.FOUND;
        equals = split ? equals : null;
      }
      case EQUALS -> {
        for (int i = 1; i < equals.length; i++) {
          equals[i] += equals[i - 1];
        }
        stage = Stage.FOUND;
      }
      case FOUND -> throw new IllegalStateException("the cut is found");
    }
  }

  // Walks from the greatest magnitudes down to the bin that holds the last entry before the cut.
  private int takeBins(long[] counts) {
    int bin = counts.length - 1;
    while (counts[bin] < left) {
      left -= counts[bin--];
    }
    return bin;
  }

  private synchronized void setEquals(int block, long count) {
    if (block + 1 >= equals.length) {
      equals = Arrays.copyOf(equals, Math.max(block + 2, 2 * equals.length));
    }
    equals[block + 1] = count;
  }

  /** Returns the bits of the least magnitude in front of the cut. */
  int threshold() {
    return threshold;
  }

  /**
   * Returns how many of the entries of this block whose magnitude equals the threshold are in front
   * of the cut, those of the lowest index: {@link Long#MAX_VALUE} if all are, 0 if none is.
   */
  long equalsInFront(Block block) {
    if (equals == null) {
      return Long.MAX_VALUE;
    }
    long before = equals[block.index()];
    long until = equals[block.index() + 1];
    return until <= quota ? Long.MAX_VALUE : Math.max(0, quota - before);
  }
}
