package dev.amalgam.core.merge;

import dev.amalgam.core.recipe.RecipeException;
import java.util.List;

/**
 * RAM with the part of a tensor that is an expert's own made stronger, the more of what the expert
 * moved it shares with others: its unique entries are multiplied by
 *
 * <pre>
 * 1 + r·min(shared/unique, alpha)
 * </pre>
 *
 * with the counts of its shared and of its unique entries in the tensor. Everything else is as in
 * {@link Ram}.
 */
final class RamPlus implements MergeMethod {

  private static final Parameter<Double> R =
      Parameter.number(
          Parameter.Scope.RECIPE, "r", 0.1, "how much of shared/unique is added to the factor");
  private static final Parameter<Double> ALPHA =
      Parameter.number(
          Parameter.Scope.RECIPE, "alpha", 0.2, "the most of shared/unique that counts");

  @Override
  public String name() {
    return "ramplus_tl";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(RamMerge.EPSILON, R, ALPHA);
  }

  @Override
  public void checkExperts(int experts) {
    RamMerge.checkExperts(this, experts);
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    double r = R.of(task);
    double alpha = ALPHA.of(task);
    if (alpha < 0) {
      throw new RecipeException(
          "alpha is " + alpha + "; it is the most that a ratio of counts may be: at least 0");
    }
    return new RamMerge(task, r, alpha);
  }
}
