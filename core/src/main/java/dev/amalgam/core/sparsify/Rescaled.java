package dev.amalgam.core.sparsify;

import dev.amalgam.core.block.Block;

/**
 * A sparsifier whose kept entries are multiplied by a constant factor.
 *
 * @param sparsifier what decides which entries are kept
 * @param scale the factor
 */
public record Rescaled(Sparsifier sparsifier, float scale) implements Sparsifier {

  @Override
  public long unit() {
    return sparsifier.unit();
  }

  @Override
  public boolean ready() {
    return sparsifier.ready();
  }

  @Override
  public void scan(float[] delta, Block block) {
    sparsifier.scan(delta, block);
  }

  @Override
  public void finishScan() {
    sparsifier.finishScan();
  }

  @Override
  public boolean isHomogeneous() {
    return sparsifier.isHomogeneous();
  }

  @Override
  public void apply(float[] delta, Block block) {
    sparsifier.apply(delta, block);
  }
}
