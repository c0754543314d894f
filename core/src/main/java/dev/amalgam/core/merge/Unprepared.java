package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.recipe.RecipeException;
import java.util.Optional;

/**
 * What is known of a merge before its method has asked the models.
 *
 * @param method the method's name
 * @param unit the most elements that must not be split between blocks
 * @param scanned whether there may be scans
 */
record Unprepared(String method, long unit, boolean scanned) implements TensorMerge {

  @Override
  public Optional<Scan> nextScan() {
    return scanned ? Optional.of(new Nothing()) : Optional.empty();
  }

  @Override
  public void merge(Block block, float[] out) {
    throw new RecipeException(
        "merge_method "
            + method
            + " asks models and examples before it merges, and nobody has; run it through"
            + " MergeJob");
  }

  private static final class Nothing implements Scan {
    @Override
    public void visit(Block block) {}

    @Override
    public void finish() {}
  }
}
