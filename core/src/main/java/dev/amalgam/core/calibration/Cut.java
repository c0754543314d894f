package dev.amalgam.core.calibration;

import dev.amalgam.core.importance.Partitioning;

/**
 * Keeps the entries above the threshold of their partition, and of those that equal it so many of
 * each chunk as its quota says, the first first.
 *
 * @param partitions the tensor's; where there is one threshold, of no use
 * @param thresholds of each partition, as {@link TopOfRows#key} makes them of values
 * @param quotas how many equal ones each chunk keeps of each partition
 * @param factors by what is multiplied what each partition keeps; empty for nothing
 * @param byScore whether the largest scores are kept, or the largest magnitudes
 */
record Cut(
    Partitioning partitions, int[] thresholds, int[][] quotas, float[] factors, boolean byScore)
    implements Selection {

  @Override
  public boolean needsScores() {
    return byScore;
  }

  @Override
  public long unit() {
    return Scan.CHUNK;
  }

  @Override
  public void apply(float[] delta, float[] scores, int[] draws, long from, int count) {
    if (from % Scan.CHUNK != 0) {
      throw new IllegalArgumentException("a block starts inside a chunk, at " + from);
    }
    int[] left = {};
    for (int i = 0; i < count; i++) {
      if (i % Scan.CHUNK == 0) {
        left = quotas[(int) ((from + i) / Scan.CHUNK)].clone();
      }
      int partition = thresholds.length == 1 ? 0 : (int) partitions.of(from + i);
      int key = TopOfRows.key(byScore ? scores[i] : delta[i]);
      boolean kept =
          key > thresholds[partition] || key == thresholds[partition] && left[partition]-- > 0;
      if (!kept) {
        delta[i] = 0;
      } else if (factors.length > 0) {
        delta[i] *= factors[partition];
      }
    }
  }
}
