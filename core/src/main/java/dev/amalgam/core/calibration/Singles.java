package dev.amalgam.core.calibration;

/**
 * Keeps or drops each entry of a vector, of which every one is a partition.
 *
 * @param keep of each whether it is kept
 * @param factors by what is multiplied what each partition keeps; empty for nothing
 */
record Singles(boolean[] keep, float[] factors) implements Selection {

  @Override
  public void apply(float[] delta, float[] scores, int[] draws, long from, int count) {
    for (int i = 0; i < count; i++) {
      int entry = (int) from + i;
      if (!keep[entry]) {
        delta[i] = 0;
      } else if (factors.length > 0) {
        delta[i] *= factors[entry];
      }
    }
  }
}
