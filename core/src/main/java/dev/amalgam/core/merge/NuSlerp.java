package dev.amalgam.core.merge;

import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.tensor.Shape;
import java.util.List;

/**
 * Spherical interpolation of two models at the place that their weights say, {@code t = w₂/(w₁ +
 * w₂)} (0.5 where the sum is below 1e-6 in magnitude), on the unnormalised tensors:
 *
 * <pre>
 * sin((1−t)θ)/sin θ · x₁ + sin(tθ)/sin θ · x₂
 * </pre>
 *
 * <p>With {@code nuslerp_flatten} θ is the angle between whole tensors; without, every row (last
 * dimension) has an angle of its own, or, with {@code nuslerp_row_wise}, every column (first
 * dimension). Parallel and opposite vectors are interpolated linearly; a zero vector stands at a
 * right angle to any other. With a base, the deltas from it are interpolated and the result added
 * to it.
 *
 * <p>Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985; the weights are
 * mergekit's.
 */
final class NuSlerp implements MergeMethod {

  private static final Parameter<Double> WEIGHT =
      Parameter.required(
          Parameter.Scope.MODEL, "weight", "pull of the model: t is the second's share");
  private static final Parameter<Boolean> FLATTEN =
      Parameter.flag("nuslerp_flatten", true, "take each tensor as one vector");
  private static final Parameter<Boolean> ROW_WISE =
      Parameter.flag("nuslerp_row_wise", false, "unless flattened: true takes columns, false rows");

  private static final double LEAST_SUM = 1e-6;

  @Override
  public String name() {
    return "nuslerp";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.OPTIONAL;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(WEIGHT, FLATTEN, ROW_WISE, MergekitParameters.INT8_MASK);
  }

  @Override
  public void checkExperts(int experts) {
    if (experts != 2) {
      throw new RecipeException(
          "merge_method nuslerp merges exactly two models, but the recipe lists "
              + experts
              + (experts > 2 ? "; for more models use multislerp or karcher" : ""));
    }
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    double first = WEIGHT.of(task, 0);
    double second = WEIGHT.of(task, 1);
    double sum = first + second;
    double t = Math.abs(sum) < LEAST_SUM ? 0.5 : second / sum;
    Shape shape = task.shape();
    if (FLATTEN.of(task) || shape.rank() < 2) {
      return SpanMerge.ofTensor(2, true, products -> factors(t, products));
    }
    if (ROW_WISE.of(task)) {
      return new NuSlerpColumns(t, shape);
    }
    return SpanMerge.ofRows(shape, 2, true, products -> factors(t, products));
  }

  private static double[] factors(double t, double[][] products) {
    SphericalPair pair = SphericalPair.of(t, products[0][0], products[0][1], products[1][1]);
    return new double[] {pair.first(), pair.second()};
  }
}
