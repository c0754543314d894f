package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.recipe.RecipeException;
import java.util.List;

/**
 * Takes each entry from the model where it is near the base, and the less of it, the further it is
 * off: {@code w = clamp(t / max(|b − x|, 1e-6), 0, 1)}, {@code w·x + (1−w)·b}. An entry moves by at
 * most {@code t}.
 */
final class NearSwap implements MergeMethod {

  private static final Parameter<Double> T =
      Parameter.required(
          Parameter.Scope.RECIPE, "t", "the distance up to which an entry is the model's");

  private static final float LEAST_DISTANCE = 1e-6f;

  @Override
  public String name() {
    return "nearswap";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(T, MergekitParameters.INT8_MASK);
  }

  @Override
  public void checkExperts(int experts) {
    if (experts != 1) {
      throw new RecipeException(
          "merge_method nearswap merges the base with exactly one other model, but the recipe"
              + " lists "
              + experts
              + " besides the base");
    }
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    float t = T.of(task).floatValue();
    if (t < 0) {
      throw new RecipeException("t is " + t + "; it is a distance and must not be negative");
    }
    return (block, out) -> merge(block, t, out);
  }

  private static void merge(Block block, float t, float[] out) {
    float[] base = block.base();
    float[] model = block.expert(0);
    for (int i = 0; i < block.length(); i++) {
      float distance = Math.max(Math.abs(base[i] - model[i]), LEAST_DISTANCE);
      float share = Math.min(t / distance, 1);
      out[i] = share * model[i] + (1 - share) * base[i];
    }
  }
}
