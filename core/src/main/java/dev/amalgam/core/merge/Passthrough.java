package dev.amalgam.core.merge;

import dev.amalgam.core.recipe.RecipeException;
import java.util.List;

/** Copies one model as it is; only the element type may change. */
final class Passthrough implements MergeMethod {

  @Override
  public String name() {
    return "passthrough";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.NONE;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public void checkExperts(int experts) {
    if (experts != 1) {
      throw new RecipeException(
          "merge_method passthrough copies exactly one model, but the recipe lists " + experts);
    }
  }

  @Override
  public boolean copiesSingleInput() {
    return true;
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    return (block, out) -> System.arraycopy(block.expert(0), 0, out, 0, block.length());
  }
}
