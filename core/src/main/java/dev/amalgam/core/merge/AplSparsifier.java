package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.block.Draws;
import dev.amalgam.core.calibration.TensorCalibration;
import dev.amalgam.core.sparsify.Sparsifier;

/** Keeps of one expert's delta what its importance says. */
final class AplSparsifier implements Sparsifier {

  private final TensorCalibration calibration;
  private final int expert;
  private final Draws draws;

  /**
   * Creates the sparsifier.
   *
   * @param expert the number of the expert in the recipe, from 0
   */
  AplSparsifier(TensorCalibration calibration, int expert, Draws draws) {
    this.calibration = calibration;
    this.expert = expert;
    this.draws = draws;
  }

  @Override
  public void apply(float[] delta, Block block) {
    int[] drawn = {};
    if (calibration.needsDraws(expert)) {
      drawn = block.scratch().draws();
      draws.fill(block.start(), drawn, block.length());
    }
    calibration.select(expert, delta, drawn, block.start(), block.length(), block.reading());
  }

  @Override
  public float scale() {
    return calibration.factor(expert);
  }
}
