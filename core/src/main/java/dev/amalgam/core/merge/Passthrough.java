package dev.amalgam.core.merge;

import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.recipe.RecipeException;
import java.util.List;

/** Copies one model as it is, or multiplied by {@code scale}; the element type may change. */
final class Passthrough implements MergeMethod {

  private static final Parameter<Double> SCALE =
      Parameter.number(Parameter.Scope.MODEL, "scale", 1, "factor of the model");

  @Override
  public String name() {
    return "passthrough";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.NONE;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(SCALE);
  }

  @Override
  public void checkExperts(int experts) {
    if (experts != 1) {
      throw new RecipeException(
          "merge_method passthrough copies exactly one model, but the recipe lists " + experts);
    }
  }

  @Override
  public boolean copiesSingleInput(ParameterValues expert) {
    return scale(expert) == 1;
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    float scale = scale(task.experts().getFirst());
    return (block, out) -> {
      System.arraycopy(block.expert(0), 0, out, 0, block.length());
      if (scale != 1) {
        Elementwise.scale(out, scale, block.length());
      }
    };
  }

  private static float scale(ParameterValues expert) {
    return SCALE.of(expert).floatValue();
  }
}
