package dev.amalgam.core.sparsify;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.importance.Partitioning;

/**
 * Keeps the entries whose score is above the threshold of their partition, and of those that equal
 * it so many of each chunk as its quota says, the first first.
 *
 * @param partitions the tensor's; where there is one threshold, of no use
 * @param thresholds of each partition, as {@link Scores#key} makes them
 * @param quotas how many equal ones each chunk keeps of each partition
 * @param chunk the entries of a chunk
 * @param factors by what is multiplied what each partition keeps; empty for nothing
 * @param scores by what entries are ranked
 */
record PartitionCut(
    Partitioning partitions,
    int[] thresholds,
    int[][] quotas,
    int chunk,
    float[] factors,
    Scores scores)
    implements Sparsifier {

  @Override
  public long unit() {
    return chunk;
  }

  /** Returns false: thresholds are scores of the delta as it is. */
  @Override
  public boolean isHomogeneous() {
    return false;
  }

  @Override
  public void apply(float[] delta, Block block) {
    long from = block.start();
    if (from % chunk != 0) {
      throw new IllegalArgumentException("a block starts inside a chunk, at " + from);
    }
    float[] values = scores.of(delta, block);
    int[] left = {};
    for (int i = 0; i < block.length(); i++) {
      if (i % chunk == 0) {
        left = quotas[(int) ((from + i) / chunk)].clone();
      }
      int partition = thresholds.length == 1 ? 0 : (int) partitions.of(from + i);
      int key = Scores.key(values[i]);
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
