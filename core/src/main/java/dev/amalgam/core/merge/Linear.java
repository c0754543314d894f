package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.recipe.RecipeException;
import java.util.List;

/**
 * The weighted mean of the models: {@code Σ w·x / Σ w}, or {@code Σ w·x} without {@code normalize}.
 *
 * <p>Wortsman et al., "Model soups: averaging weights of multiple fine-tuned models improves
 * accuracy without increasing inference time", ICML 2022, arXiv 2203.05482.
 */
final class Linear implements MergeMethod {

  private static final Parameter<Double> WEIGHT =
      Parameter.required(Parameter.Scope.MODEL, "weight", "factor of the model");
  private static final Parameter<Boolean> NORMALIZE =
      Parameter.flag("normalize", true, "divide the sum by the sum of the weights");

  @Override
  public String name() {
    return "linear";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.NONE;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(WEIGHT, NORMALIZE, MergekitParameters.INT8_MASK);
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    float[] weights = task.expertNumbers(WEIGHT);
    float sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    float divisor = NORMALIZE.of(task) ? sum : 1;
    if (divisor == 0) {
      throw new RecipeException(
          "the weights sum to zero and cannot be normalized: change a weight, or set normalize:"
              + " false");
    }
    return new Mean(weights, divisor);
  }

  private record Mean(float[] weights, float divisor) implements TensorMerge {

    @Override
    public boolean isHomogeneous() {
      return true;
    }

    @Override
    public void merge(Block block, float[] out) {
      int count = block.length();
      if (weights.length == 1) {
        System.arraycopy(block.expert(0), 0, out, 0, count);
        Elementwise.scale(out, weights[0], count);
      } else {
        Elementwise.combine(weights[0], block.expert(0), weights[1], block.expert(1), out, count);
      }
      for (int i = 2; i < weights.length; i++) {
        Elementwise.addScaled(out, weights[i], block.expert(i), count);
      }
      if (divisor != 1) {
        Elementwise.divide(out, divisor, count);
      }
    }
  }
}
