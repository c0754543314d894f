package dev.amalgam.core.merge;

import dev.amalgam.core.recipe.RecipeException;
import java.util.List;

/**
 * The weighted mean direction of any number of models, at their weighted mean length: with unit
 * vectors {@code u = x/‖x‖} of whole tensors and {@code m = Σ w·u},
 *
 * <pre>
 * (m/‖m‖) · Σ w·‖x‖
 * </pre>
 *
 * <p>mergekit then moves from the mean along {@code Σ w·t}, the tangents {@code t = u − (u·m̂)m̂}
 * with {@code m̂ = m/‖m‖}; their sum is {@code ‖m‖m̂ − ‖m‖m̂ = 0} whatever the weights, so that
 * only rounding would be added. Where {@code ‖m‖} is below {@code eps} (opposite models), the
 * result is {@code Σ w·x}. A zero tensor has no direction. With a base, the deltas from it are
 * merged and the result added to it.
 */
final class MultiSlerp implements MergeMethod {

  private static final Parameter<Double> WEIGHT =
      Parameter.required(Parameter.Scope.MODEL, "weight", "pull of the model");
  private static final Parameter<Boolean> NORMALIZE_WEIGHTS =
      Parameter.flag("normalize_weights", true, "divide the weights by their sum");
  private static final Parameter<Double> EPS =
      Parameter.fraction(
          Parameter.Scope.RECIPE, "eps", 1e-8, "the length below which the mean has vanished");

  @Override
  public String name() {
    return "multislerp";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.OPTIONAL;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(WEIGHT, NORMALIZE_WEIGHTS, EPS, MergekitParameters.INT8_MASK);
  }

  @Override
  public void checkExperts(int experts) {
    if (experts < 2) {
      throw new RecipeException(
          "merge_method multislerp merges at least two models, but the recipe lists " + experts);
    }
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    double[] weights = task.experts().stream().mapToDouble(WEIGHT::of).toArray();
    if (NORMALIZE_WEIGHTS.of(task)) {
      normalize(weights);
    }
    double eps = EPS.of(task);
    return SpanMerge.ofTensor(
        weights.length, true, products -> coefficients(weights, eps, products));
  }

  private static void normalize(double[] weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    if (sum == 0) {
      throw new RecipeException(
          "the weights sum to zero and cannot be normalized: change a weight, or set"
              + " normalize_weights: false");
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
  }

  private static double[] coefficients(double[] weights, double eps, double[][] products) {
    Directions directions = Directions.of(products);
    double meanNorm = directions.norm(weights);
    if (meanNorm < eps || meanNorm == 0) {
      return weights;
    }
    double length = 0;
    for (int i = 0; i < weights.length; i++) {
      length += weights[i] * directions.length(i);
    }
    double[] coefficients = new double[weights.length];
    for (int i = 0; i < weights.length; i++) {
      coefficients[i] = weights[i] * directions.inverseLength(i) * (length / meanNorm);
    }
    return coefficients;
  }
}
