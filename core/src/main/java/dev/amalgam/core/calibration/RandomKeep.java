package dev.amalgam.core.calibration;

import dev.amalgam.core.importance.Partitioning;

/**
 * Keeps each entry with the probability of its partition, as DARE does with one for all.
 *
 * @param partitions the tensor's
 * @param keep the probability of each partition, in float32
 * @param factors by what is multiplied what each partition keeps; empty for {@code factor} alone
 * @param factor by what everything is multiplied besides
 */
record RandomKeep(Partitioning partitions, float[] keep, float[] factors, float factor)
    implements Selection {

  private static final float DRAW = 0x1p-24f;

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

  /** Returns whether a draw keeps an entry: its upper 24 bits, as a fraction, are below. */
  static boolean isKept(int draw, float keep) {
    return (draw >>> 8) * DRAW < keep;
  }
}
