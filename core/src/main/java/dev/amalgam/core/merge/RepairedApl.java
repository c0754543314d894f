package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.repair.MergedModel;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.util.List;

/**
 * {@link Apl} with a merged model that was repaired: tensors are read from it.
 *
 * @param merged the model
 * @param choices what was chosen, and what it is worth; a line each
 */
record RepairedApl(MergedModel merged, List<String> choices) implements PreparedMethod {

  @Override
  public TensorMerge merge(MergeTask task) {
    Weights weights = merged.weights();
    Weight weight =
        weights
            .find(task.tensor())
            .or(() -> merged.start().find(task.tensor()))
            .orElseThrow(() -> new IllegalStateException(task.tensor() + " is in no model"));
    return (Block block, float[] out) ->
        weight.read(block.start(), block.length(), out, 0, block.reading());
  }
}
