package dev.amalgam.core.merge;

import java.util.Arrays;

/**
 * Keeps each entry of a delta with a probability that grows with its rank by magnitude inside its
 * row: {@code (density − ε) + 2ε·rank/(n − 1)} for rank 0 (smallest) to n − 1. Equal magnitudes
 * share the mean of their ranks. A row of one entry keeps it with probability {@code density}.
 */
final class RankedDrop implements Sparsifier {

  private static final int DIGIT_BITS = 11;
  private static final int DIGITS = 1 << DIGIT_BITS;
  private static final int DIGIT_MASK = DIGITS - 1;

  private final Draws draws;
  private final int row;
  // By twice the rank, since equal magnitudes may share half a rank.
  private final long[] thresholds;
  private final float[] factors;

  /**
   * Creates the sparsifier.
   *
   * @param row the length of a row; blocks hold whole rows
   * @param inverse whether a kept entry is divided by its keep probability
   */
  RankedDrop(Draws draws, double density, double epsilon, int row, boolean inverse) {
    this.draws = draws;
    this.row = row;
    this.thresholds = new long[2 * row - 1];
    this.factors = new float[2 * row - 1];
    for (int twice = 0; twice < thresholds.length; twice++) {
      // A row of one entry has rank 0 of 0; half way is the plain density.
      float share = row == 1 ? 0.5f : 0.5f * twice / (row - 1);
      float probability = share * 2 * (float) epsilon + (float) (density - epsilon);
      thresholds[twice] = Draws.threshold(probability) & 0xFFFF_FFFFL;
      factors[twice] = inverse ? 1 / probability : 1;
    }
  }

  @Override
  public void apply(float[] delta, Block block) {
    int[] drawn = block.scratch().draws();
    draws.fill(block.start(), drawn, block.length());
    long[] keys = block.scratch().keys();
    long[] spare = block.scratch().sorted();
    int[] places = new int[3 * DIGITS];
    for (int start = 0; start < block.length(); start += row) {
      sortByMagnitude(delta, start, keys, spare, places);
      dropByRank(delta, start, spare, drawn);
    }
  }

  // A radix sort, least digit first, of the 31 bits of each magnitude with its index below them. An
  // odd number of digits leaves the result in `sorted`.
  private void sortByMagnitude(float[] delta, int start, long[] keys, long[] sorted, int[] places) {
    Arrays.fill(places, 0);
    for (int i = 0; i < row; i++) {
      int bits = Float.floatToRawIntBits(delta[start + i]) & Integer.MAX_VALUE;
      keys[i] = (long) bits << 32 | i;
      places[bits & DIGIT_MASK]++;
      places[DIGITS + (bits >>> DIGIT_BITS & DIGIT_MASK)]++;
      places[2 * DIGITS + (bits >>> 2 * DIGIT_BITS)]++;
    }
    long[] from = keys;
    long[] to = sorted;
    for (int digit = 0; digit < 3; digit++) {
      int offset = digit * DIGITS;
      int shift = 32 + digit * DIGIT_BITS;
      int place = 0;
      for (int i = offset; i < offset + DIGITS; i++) {
        int count = places[i];
        places[i] = place;
        place += count;
      }
      for (int i = 0; i < row; i++) {
        long key = from[i];
        to[places[offset + ((int) (key >>> shift) & DIGIT_MASK)]++] = key;
      }
      long[] swapped = from;
      from = to;
      to = swapped;
    }
  }

  private void dropByRank(float[] delta, int start, long[] sorted, int[] drawn) {
    int first = 0;
    while (first < row) {
      long magnitude = sorted[first] >>> 32;
      int end = first + 1;
      while (end < row && sorted[end] >>> 32 == magnitude) {
        end++;
      }
      // The mean of the ranks first to end − 1, twice.
      long threshold = thresholds[first + end - 1];
      float factor = factors[first + end - 1];
      for (int i = first; i < end; i++) {
        int at = start + (int) sorted[i];
        // All ones where the draw lies below the threshold: a branch here is a coin toss.
        int mask = (int) ((drawn[at] & 0xFFFF_FFFFL) - threshold >> 63);
        delta[at] = Float.intBitsToFloat(Float.floatToRawIntBits(delta[at]) & mask) * factor;
      }
      first = end;
    }
  }
}
