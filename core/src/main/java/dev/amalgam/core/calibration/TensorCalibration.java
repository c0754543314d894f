package dev.amalgam.core.calibration;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.block.Draws;
import dev.amalgam.core.sparsify.Rescaled;
import dev.amalgam.core.sparsify.Sparsifier;
import java.util.List;

/** With what weight each expert's delta of one tensor is merged, and what of it is kept. */
public final class TensorCalibration {

  /**
   * What is kept of one expert's delta.
   *
   * @param expert the expert and its weights
   * @param sparsifier which entries
   * @param factor by what they are multiplied besides
   */
  record Kept(WeighedExpert expert, SparsifierFactory sparsifier, float factor) {}

  private final String tensor;
  private final List<Kept> experts;

  TensorCalibration(String tensor, List<Kept> experts) {
    this.tensor = tensor;
    this.experts = List.copyOf(experts);
  }

  /** Multiplies the entries that a block has of an expert's delta by its weights. */
  public void weigh(int expert, float[] delta, Block block) {
    experts.get(expert).expert().weigh(tensor, block, delta);
  }

  /**
   * Returns what keeps of an expert's {@linkplain #weigh weighed} delta what its importance says,
   * and rescales it.
   *
   * @param draws the expert's
   */
  public Sparsifier sparsifier(int expert, Draws draws) {
    Kept kept = experts.get(expert);
    return new Rescaled(
        kept.sparsifier().of((delta, block) -> kept.expert().scores(tensor, block, delta), draws),
        kept.factor());
  }
}
