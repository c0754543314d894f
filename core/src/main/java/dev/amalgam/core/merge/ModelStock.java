package dev.amalgam.core.merge;

import dev.amalgam.core.recipe.RecipeException;
import java.util.Arrays;
import java.util.List;

/**
 * Model Stock: the mean of N experts, drawn towards the base the more, the less their deltas agree.
 * With c the mean cosine of all pairs of deltas,
 *
 * <pre>
 * t = N·c / (1 + (N−1)·c)
 * out = t·mean(x) + (1−t)·b
 * </pre>
 *
 * for each tensor as one vector, or with {@code filter_wise} for each row (last dimension). The
 * cosine with a zero delta is 0. Where the denominator is below 1e-6, the deltas cancel each other
 * and the result is the base.
 *
 * <p>Jang, Yun and Han, "Model Stock: All we need is just a few fine-tuned models", ECCV 2024,
 * arXiv 2403.19522.
 */
final class ModelStock implements MergeMethod {

  private static final Parameter<Boolean> FILTER_WISE =
      Parameter.flag("filter_wise", false, "let every row have a t of its own");

  private static final double LEAST_DENOMINATOR = 1e-6;

  @Override
  public String name() {
    return "model_stock";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(FILTER_WISE, MergekitParameters.INT8_MASK);
  }

  @Override
  public void checkExperts(int experts) {
    if (experts < 2) {
      throw new RecipeException(
          "merge_method model_stock merges at least two models, but the recipe lists "
              + experts
              + " besides the base");
    }
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    int experts = task.experts().size();
    return FILTER_WISE.of(task)
        ? SpanMerge.ofRows(task.shape(), experts, true, ModelStock::coefficients)
        : SpanMerge.ofTensor(experts, true, ModelStock::coefficients);
  }

  private static double[] coefficients(double[][] products) {
    Directions directions = Directions.of(products);
    int count = directions.count();
    double cosines = 0;
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        cosines += directions.cosine(i, j);
      }
    }
    double mean = cosines / (count * (count - 1) / 2);
    double denominator = 1 + (count - 1) * mean;
    double t = denominator < LEAST_DENOMINATOR ? 0 : count * mean / denominator;
    double[] coefficients = new double[count];
    Arrays.fill(coefficients, t / count);
    return coefficients;
  }
}
