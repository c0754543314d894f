package dev.amalgam.core.calibration;

import java.util.Arrays;

/**
 * Keeps the largest entries of each row; of equals the first.
 *
 * @param keep how many of each row
 * @param length the length of a row
 * @param factors by what is multiplied what each row keeps; empty for nothing
 * @param byScore whether the largest scores are meant, or the largest magnitudes
 */
record TopOfRows(int[] keep, int length, float[] factors, boolean byScore) implements Selection {

  @Override
  public boolean needsScores() {
    return byScore;
  }

  @Override
  public long unit() {
    return length;
  }

  @Override
  public void apply(float[] delta, float[] scores, int[] draws, long from, int count) {
    int[] keys = new int[length];
    int row = Math.toIntExact(from / length);
    for (int at = 0; at < count; at += length, row++) {
      for (int i = 0; i < length; i++) {
        keys[i] = key(byScore ? scores[at + i] : delta[at + i]);
      }
      keep(delta, at, keys, keep[row]);
      if (factors.length > 0) {
        for (int i = 0; i < length; i++) {
          delta[at + i] *= factors[row];
        }
      }
    }
  }

  /** Returns whole numbers in the order of magnitudes. */
  static int key(float value) {
    return Float.floatToRawIntBits(value) & Integer.MAX_VALUE;
  }

  private void keep(float[] delta, int at, int[] keys, int most) {
    if (most >= length) {
      return;
    }
    if (most == 0) {
      Arrays.fill(delta, at, at + length, 0);
      return;
    }
    int[] sorted = keys.clone();
    Arrays.sort(sorted);
    int threshold = sorted[length - most];
    int above = 0;
    for (int key : keys) {
      above += key > threshold ? 1 : 0;
    }
    int equals = most - above;
    for (int i = 0; i < length; i++) {
      if (keys[i] < threshold || keys[i] == threshold && equals-- <= 0) {
        delta[at + i] = 0;
      }
    }
  }
}
