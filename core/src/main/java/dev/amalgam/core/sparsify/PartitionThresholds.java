package dev.amalgam.core.sparsify;

import dev.amalgam.core.importance.Partitioning;
import java.util.ArrayList;
import java.util.List;

/**
 * The scores from which on entries are kept, so that each partition keeps exactly so many of its
 * largest; of those that equal the threshold, zeros too, it keeps the first. Found by radix
 * selection on the bits of the magnitudes of scores: three scans count a digit each, one more the
 * entries that equal a threshold. The partitions may run through several tensors.
 *
 * <p>Until they are {@linkplain #found found}: {@link #visit} every entry of every tensor, in
 * chunks, then {@link #finish}. {@link MagnitudeCut} is the same for one partition of one tensor,
 * with room for larger digits, and with blocks in place of chunks.
 */
public final class PartitionThresholds {

  // 31 bits in three digits: each partition has a count for every value of a digit.
  private static final int[] SHIFTS = {20, 10, 0};
  private static final int[] BITS = {11, 10, 10};

  private final Partitioning partitions;
  private final int count;
  private final int chunk;
  private final int[] thresholds;
  private final long[] left;
  private final List<Long> elements;
  // By tensor, chunk and partition; made when they are to be counted.
  private final List<int[][]> equals = new ArrayList<>();
  private int digit;
  private long[] totals;
  private boolean found;

  /**
   * Creates thresholds that are still to be found.
   *
   * @param partitions to which partition entries belong; ignored if {@code keep} has one number
   * @param elements the number of entries of each tensor that the partitions run through
   * @param keep how many each partition keeps, no more than it has
   * @param chunk how many entries are visited at once, but for the last of a tensor
   */
  public PartitionThresholds(Partitioning partitions, List<Long> elements, long[] keep, int chunk) {
    this.partitions = partitions;
    this.count = keep.length;
    this.chunk = chunk;
    this.thresholds = new int[count];
    this.left = keep.clone();
    this.elements = List.copyOf(elements);
    this.totals = new long[Math.multiplyExact(count, 1 << BITS[0])];
  }

  /** Returns whether no further scan is needed. */
  public boolean found() {
    return found;
  }

  /**
   * Takes in a chunk, from any thread.
   *
   * @param tensor the number of the tensor, from 0
   * @param from the number of the first entry, a multiple of the length of a chunk
   * @param scores what entries are ranked by
   * @param length how many entries there are
   */
  public void visit(int tensor, long from, float[] scores, int length) {
    if (found) {
      throw new IllegalStateException("the thresholds are found");
    }
    if (digit == SHIFTS.length) {
      countEquals(equals.get(tensor)[(int) (from / chunk)], from, scores, length);
    } else if (count == 1) {
      // Few bins are counted aside and added at once; many are shared.
      long[] own = new long[totals.length];
      countDigit(own, from, scores, length);
      synchronized (this) {
        for (int bin = 0; bin < own.length; bin++) {
          totals[bin] += own[bin];
        }
      }
    } else {
      synchronized (this) {
        countDigit(totals, from, scores, length);
      }
    }
  }

  private int partition(long entry) {
    return count == 1 ? 0 : (int) partitions.of(entry);
  }

  private void countDigit(long[] bins, long from, float[] scores, int length) {
    int shift = SHIFTS[digit];
    int bits = BITS[digit];
    for (int i = 0; i < length; i++) {
      int key = Scores.key(scores[i]);
      int partition = partition(from + i);
      if (key >>> shift + bits == thresholds[partition]) {
        bins[(partition << bits) + (key >>> shift & (1 << bits) - 1)]++;
      }
    }
  }

  private void countEquals(int[] own, long from, float[] scores, int length) {
    for (int i = 0; i < length; i++) {
      int partition = partition(from + i);
      if (Scores.key(scores[i]) == thresholds[partition]) {
        own[partition]++;
      }
    }
  }

  /** Ends a scan, after the last chunk. */
  public void finish() {
    if (digit == SHIFTS.length) {
      shareOut();
      found = true;
      return;
    }
    takeDigit(1 << BITS[digit]);
    digit++;
    if (digit < SHIFTS.length) {
      totals = new long[count << BITS[digit]];
      return;
    }
    totals = null;
    for (long n : elements) {
      equals.add(new int[Math.toIntExact(Math.ceilDiv(n, chunk))][count]);
    }
  }

  private void takeDigit(int bins) {
    for (int p = 0; p < count; p++) {
      int bin = bins - 1;
      while (bin > 0 && totals[p * bins + bin] < left[p]) {
        left[p] -= totals[p * bins + bin];
        bin--;
      }
      thresholds[p] = thresholds[p] * bins + bin;
    }
  }

  /** Shares out what is left of each partition among the entries that equal its threshold. */
  private void shareOut() {
    for (int[][] chunks : equals) {
      for (int[] own : chunks) {
        for (int p = 0; p < count; p++) {
          own[p] = (int) Math.min(own[p], left[p]);
          left[p] -= own[p];
        }
      }
    }
  }

  /**
   * Returns what keeps a tensor's entries from the thresholds on, once these are found.
   *
   * @param tensor the number of the tensor, from 0
   * @param factors by what is multiplied what each partition keeps; empty for nothing
   * @param scores what entries are ranked by, the same as were visited
   */
  public Sparsifier sparsifier(int tensor, float[] factors, Scores scores) {
    if (!found) {
      throw new IllegalStateException("the thresholds are not found");
    }
    return new PartitionCut(partitions, thresholds, equals.get(tensor), chunk, factors, scores);
  }
}
