package dev.amalgam.core.calibration;

import dev.amalgam.core.importance.Partitioning;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the values from which on entries are kept, so that each partition keeps exactly so many of
 * its largest: digit by digit of the bits of magnitudes, with a pass over the entries for each. The
 * partitions may run through several tensors.
 */
final class CutSearch {

  // 31 bits in three digits.
  private static final int[] SHIFTS = {20, 10, 0};
  private static final int[] BITS = {11, 10, 10};

  private final Scan scan;
  private final List<String> tensors;
  private final List<Long> elements;
  private final Partitioning partitions;
  private final boolean byScore;
  private final int count;
  private final int[] prefixes;
  private final long[] left;
  private int shiftOfPrefix = 31;

  /**
   * Prepares a search.
   *
   * @param tensors those that the partitions run through
   * @param elements the number of entries of each
   * @param partitions to which partition entries belong; ignored if {@code keep} has one number
   * @param keep how many each partition keeps, no more than it has
   */
  CutSearch(
      Scan scan,
      List<String> tensors,
      List<Long> elements,
      Partitioning partitions,
      long[] keep,
      boolean byScore) {
    this.scan = scan;
    this.tensors = tensors;
    this.elements = elements;
    this.partitions = partitions;
    this.byScore = byScore;
    this.count = keep.length;
    this.prefixes = new int[count];
    this.left = keep.clone();
  }

  /**
   * Returns the cut of each tensor.
   *
   * @param factors by what is multiplied what each partition keeps; empty for nothing
   */
  List<Selection> search(float[] factors) {
    for (int digit = 0; digit < SHIFTS.length; digit++) {
      findDigit(SHIFTS[digit], BITS[digit]);
    }
    List<int[][]> quotas = quotas();
    List<Selection> cuts = new ArrayList<>();
    for (int t = 0; t < tensors.size(); t++) {
      cuts.add(new Cut(partitions, prefixes, quotas.get(t), factors, byScore));
    }
    return cuts;
  }

  private int partition(long entry) {
    return count == 1 ? 0 : (int) partitions.of(entry);
  }

  private int key(float[] delta, float[] scores, int i) {
    return TopOfRows.key(byScore ? scores[i] : delta[i]);
  }

  private void findDigit(int shift, int bits) {
    int bins = 1 << bits;
    long[] totals = new long[Math.multiplyExact(count, bins)];
    int before = shiftOfPrefix;
    scan.run(
        tensors,
        (_, from, delta, scores, length) -> {
          // Few bins are counted aside and added at once; many are shared.
          long[] own = count == 1 ? new long[bins] : totals;
          synchronized (own) {
            for (int i = 0; i < length; i++) {
              int key = key(delta, scores, i);
              int partition = partition(from + i);
              if (before == 31 || key >>> before == prefixes[partition]) {
                own[partition * bins + (key >>> shift & bins - 1)]++;
              }
            }
          }
          if (own != totals) {
            synchronized (totals) {
              for (int bin = 0; bin < bins; bin++) {
                totals[bin] += own[bin];
              }
            }
          }
        });
    for (int p = 0; p < count; p++) {
      int bin = bins - 1;
      while (bin > 0 && totals[p * bins + bin] < left[p]) {
        left[p] -= totals[p * bins + bin];
        bin--;
      }
      prefixes[p] = prefixes[p] << bits | bin;
    }
    shiftOfPrefix = shift;
  }

  /** Shares out what is left of each partition among the entries that equal its threshold. */
  private List<int[][]> quotas() {
    List<int[][]> equals = new ArrayList<>();
    for (long n : elements) {
      equals.add(new int[Scan.chunks(n)][count]);
    }
    scan.run(
        tensors,
        (tensor, from, delta, scores, length) -> {
          int[] own = equals.get(tensor)[(int) (from / Scan.CHUNK)];
          for (int i = 0; i < length; i++) {
            int partition = partition(from + i);
            if (key(delta, scores, i) == prefixes[partition]) {
              own[partition]++;
            }
          }
        });
    for (int[][] chunks : equals) {
      for (int[] chunk : chunks) {
        for (int p = 0; p < count; p++) {
          chunk[p] = (int) Math.min(chunk[p], left[p]);
          left[p] -= chunk[p];
        }
      }
    }
    return equals;
  }
}
