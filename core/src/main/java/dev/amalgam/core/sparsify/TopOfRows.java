package dev.amalgam.core.sparsify;

import dev.amalgam.core.block.Block;
import java.util.Arrays;

/**
 * Keeps the entries of largest score of each row; of equals the first.
 *
 * @param keep how many of each row
 * @param length the length of a row
 * @param factors by what is multiplied what each row keeps; empty for nothing
 * @param scores by what entries are ranked
 */
public record TopOfRows(int[] keep, int length, float[] factors, Scores scores)
    implements Sparsifier {

  @Override
  public long unit() {
    return length;
  }

  @Override
  public void apply(float[] delta, Block block) {
    float[] values = scores.of(delta, block);
    int[] keys = new int[length];
    int row = Math.toIntExact(block.start() / length);
    for (int at = 0; at < block.length(); at += length, row++) {
      for (int i = 0; i < length; i++) {
        keys[i] = Scores.key(values[at + i]);
      }
      keep(delta, at, keys, keep[row]);
      if (factors.length > 0) {
        for (int i = 0; i < length; i++) {
          delta[at + i] *= factors[row];
        }
      }
    }
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
