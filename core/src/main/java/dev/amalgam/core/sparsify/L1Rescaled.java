package dev.amalgam.core.sparsify;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.block.BlockSums;

/**
 * A sparsifier whose kept entries are multiplied so that the tensor's L1 norm stays what it was.
 * The factor is 1 where the norm before or after is below 1e-7. Norms are summed in float64.
 */
public final class L1Rescaled implements Sparsifier {

  private static final double LEAST_NORM = 1e-7;

  private final Sparsifier sparsifier;
  private final BlockSums before = new BlockSums();
  private final BlockSums after = new BlockSums();
  private boolean summed;
  private float scale = 1;

  /** Creates the sparsifier that keeps what another keeps. */
  public L1Rescaled(Sparsifier sparsifier) {
    this.sparsifier = sparsifier;
  }

  @Override
  public long unit() {
    return sparsifier.unit();
  }

  @Override
  public boolean ready() {
    return summed;
  }

  @Override
  public void scan(float[] delta, Block block) {
    if (!sparsifier.ready()) {
      sparsifier.scan(delta, block);
      return;
    }
    before.set(block, block.scratch().reduction().sumAbs(delta, block.length()));
    sparsifier.apply(delta, block);
    after.set(block, block.scratch().reduction().sumAbs(delta, block.length()));
  }

  @Override
  public void finishScan() {
    if (!sparsifier.ready()) {
      sparsifier.finishScan();
      return;
    }
    double normBefore = before.total();
    double normAfter = after.total();
    if (normBefore >= LEAST_NORM && normAfter >= LEAST_NORM) {
      scale = (float) (normBefore / normAfter);
    }
    summed = true;
  }

  @Override
  public boolean isHomogeneous() {
    return sparsifier.isHomogeneous();
  }

  @Override
  public void apply(float[] delta, Block block) {
    sparsifier.apply(delta, block);
  }

  @Override
  public float scale() {
    return scale;
  }
}
