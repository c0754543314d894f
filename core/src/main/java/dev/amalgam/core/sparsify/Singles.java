package dev.amalgam.core.sparsify;

import dev.amalgam.core.block.Block;

/**
 * Keeps or drops each entry of a vector, of which every one is a partition.
 *
 * @param keep of each whether it is kept
 * @param factors by what is multiplied what each partition keeps; empty for nothing
 */
public record Singles(boolean[] keep, float[] factors) implements Sparsifier {

  @Override
  public void apply(float[] delta, Block block) {
    for (int i = 0; i < block.length(); i++) {
      int entry = (int) block.start() + i;
      if (!keep[entry]) {
        delta[i] = 0;
      } else if (factors.length > 0) {
        delta[i] *= factors[entry];
      }
    }
  }
}
