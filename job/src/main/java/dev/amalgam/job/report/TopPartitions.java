package dev.amalgam.job.report;

import java.util.List;

/**
 * The partitions of most importance for each parameter, exactly so many: those above a key, and the
 * first of those that equal it.
 */
final class TopPartitions {

  private final int threshold;
  private long equalsLeft;

  private TopPartitions(int threshold, long equalsLeft) {
    this.threshold = threshold;
    this.equalsLeft = equalsLeft;
  }

  /**
   * Returns the choice of the most important partitions.
   *
   * @param names whose partitions there are to choose from
   * @param wanted how many, at least 1 and no more than there are
   */
  static TopPartitions of(ScoreFile file, List<String> names, long wanted) {
    long[] coarse = new long[Density.BINS];
    count(file, names, key -> coarse[Density.bin(key)]++);
    long left = wanted;
    int bin = Density.BINS - 1;
    while (coarse[bin] < left) {
      left -= coarse[bin--];
    }
    int chosen = bin;
    int mask = (1 << Density.FINE_BITS) - 1;
    long[] fine = new long[mask + 1];
    count(
        file,
        names,
        key -> {
          if (Density.bin(key) == chosen) {
            fine[key & mask]++;
          }
        });
    int low = mask;
    while (fine[low] < left) {
      left -= fine[low--];
    }
    return new TopPartitions(chosen << Density.FINE_BITS | low, left);
  }

  private interface Counter {
    void add(int key);
  }

  private static void count(ScoreFile file, List<String> names, Counter counter) {
    float[] values = new float[ScoreFile.CHUNK];
    for (String name : names) {
      long size = file.size(name);
      for (long from = 0; from < file.count(name); ) {
        int length = file.read(name, from, values);
        for (int i = 0; i < length; i++) {
          counter.add(Density.key(values[i], size));
        }
        from += length;
      }
    }
  }

  /** Returns whether the next partition is among them; asked for each in the order of names. */
  boolean takes(int key) {
    return key > threshold || key == threshold && equalsLeft-- > 0;
  }
}
