package dev.amalgam.core.calibration;

import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.kernel.DeltaKernels;

/**
 * Keeps each entry with the probability of its partition, as DARE does with one for all.
 *
 * @param partitions the tensor's
 * @param keep the probability of each partition, in float32
 * @param factors by what is multiplied what each partition keeps; empty for nothing
 */
record RandomKeep(Partitioning partitions, float[] keep, float[] factors) implements Selection {

  @Override
  public boolean needsDraws() {
    return true;
  }

  @Override
  public void apply(float[] delta, float[] scores, int[] draws, long from, int count) {
    for (int i = 0; i < count; i++) {
      int partition = keep.length == 1 ? 0 : (int) partitions.of(from + i);
      if (!isKept(draws[i], keep[partition])) {
        delta[i] = 0;
      } else if (factors.length > 0) {
        delta[i] *= factors[partition];
      }
    }
  }

  /** Returns whether a draw, as a fraction of all, falls below a probability. */
  static boolean isKept(int draw, float keep) {
    // No threshold is above every draw.
    return keep >= 1 || Integer.compareUnsigned(draw, DeltaKernels.threshold(keep)) < 0;
  }
}
