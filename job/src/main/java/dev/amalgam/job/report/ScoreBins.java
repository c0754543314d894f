package dev.amalgam.job.report;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The partitions of a sidecar, those together whose importance for each parameter is the same to
 * 0.05 %, in ascending order of it. So memory is bounded, however many partitions there are.
 *
 * @param slots for each bin of {@link Density} where it is in the arrays
 * @param importance the importance of the partitions that are together, added
 * @param sizes the number of their parameters
 * @param meanDensity importance for each parameter, its mean over partitions
 * @param byName the importance of all partitions of each name, added
 */
record ScoreBins(
    int[] slots,
    double[] importance,
    long[] sizes,
    double meanDensity,
    Map<String, Double> byName) {

  static ScoreBins of(ScoreFile file) {
    double[] importance = new double[Density.BINS];
    long[] sizes = new long[Density.BINS];
    Map<String, Double> byName = new LinkedHashMap<>();
    double densities = 0;
    float[] values = new float[ScoreFile.CHUNK];
    for (String name : file.names()) {
      long size = file.size(name);
      double sum = 0;
      for (long from = 0; from < file.count(name); ) {
        int length = file.read(name, from, values);
        for (int i = 0; i < length; i++) {
          int bin = Density.bin(Density.key(values[i], size));
          importance[bin] += values[i];
          sizes[bin] += size;
          sum += values[i];
        }
        from += length;
      }
      byName.put(name, sum);
      densities += sum / size;
    }
    int used = 0;
    int[] slots = new int[Density.BINS];
    for (int bin = 0; bin < Density.BINS; bin++) {
      slots[bin] = used;
      if (sizes[bin] > 0) {
        importance[used] = importance[bin];
        sizes[used] = sizes[bin];
        used++;
      }
    }
    return new ScoreBins(
        slots,
        java.util.Arrays.copyOf(importance, used),
        java.util.Arrays.copyOf(sizes, used),
        densities / file.partitions(),
        byName);
  }

  /** Returns where the partitions are whose importance for each parameter has this key. */
  int slot(int key) {
    return slots[Density.bin(key)];
  }

  /** Returns importance for each parameter relative to its mean over partitions, ascending. */
  double[] relative() {
    double[] relative = new double[sizes.length];
    for (int i = 0; i < relative.length; i++) {
      relative[i] = meanDensity > 0 ? importance[i] / sizes[i] / meanDensity : 1;
    }
    return relative;
  }

  /** Returns the importance of everything. */
  double total() {
    return byName.values().stream().mapToDouble(Double::doubleValue).sum();
  }
}
