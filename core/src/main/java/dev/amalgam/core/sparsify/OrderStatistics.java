package dev.amalgam.core.sparsify;

/**
 * The entries of some ranks among a tensor's values, which are not negative: rank 0 is the
 * smallest, NaN ranks above all. Found exactly by radix selection on the bits of the values: one
 * scan counts the upper 16 bits for all ranks, one the lower 15 of the entries that share a rank's
 * decisive upper bits.
 */
public final class OrderStatistics {

  private final long[] left;
  private final int[] upper;
  private final float[] values;
  private Histogram counts = Histogram.ofUpperBits();
  // By rank; ranks of the same upper bits share one.
  private Histogram[] lower;
  private boolean found;

  /**
   * Creates statistics that are still to be found.
   *
   * @param ranks from 0 to the number of values − 1
   */
  public OrderStatistics(long... ranks) {
    this.left = ranks.clone();
    this.upper = new int[ranks.length];
    this.values = new float[ranks.length];
  }

  /** Returns whether the values are known; else another pass must come first. */
  public boolean found() {
    return found;
  }

  /** Returns the value of the k-th of the ranks, once found. */
  public float value(int k) {
    return values[k];
  }

  /** Takes in the first {@code count} values of a block, from any thread. */
  public void visit(float[] x, int count) {
    if (lower == null) {
      counts.add(x, count);
      return;
    }
    for (int k = 0; k < lower.length; k++) {
      if (isFirstOfItsBin(k)) {
        lower[k].add(x, count);
      }
    }
  }

  /** Ends a pass, after the last block. */
  public void finish() {
    if (lower == null) {
      long[] totals = counts.totals();
      for (int k = 0; k < left.length; k++) {
        upper[k] = takeBins(totals, k);
      }
      counts = null;
      lower = new Histogram[left.length];
      for (int k = 0; k < lower.length; k++) {
        lower[k] = isFirstOfItsBin(k) ? Histogram.ofLowerBits(upper[k]) : lower[firstOfBin(k)];
      }
    } else {
      for (int k = 0; k < left.length; k++) {
        values[k] =
            Float.intBitsToFloat(upper[k] << Histogram.LOW_BITS | takeBins(lower[k].totals(), k));
      }
      lower = null;
      found = true;
    }
  }

  private boolean isFirstOfItsBin(int k) {
    return firstOfBin(k) == k;
  }

  private int firstOfBin(int k) {
    int first = 0;
    while (upper[first] != upper[k]) {
      first++;
    }
    return first;
  }

  // Walks up from the smallest values to the bin that holds the entry of the rank.
  private int takeBins(long[] totals, int k) {
    int bin = 0;
    while (totals[bin] <= left[k]) {
      left[k] -= totals[bin++];
    }
    return bin;
  }
}
