package dev.amalgam.core.merge;

import dev.amalgam.core.recipe.RecipeException;
import java.util.List;

/**
 * Takes from one model the entries that stand out by importance, and the rest from the base. With
 * {@code p} the softmax of a row (last dimension) of the model and {@code q} that of the base,
 *
 * <pre>
 * KL         = Σ (p + 1e-8)·log((p + 1e-8)/(q + 1e-8))
 * importance = |d|·KL
 * taken      where importance &gt; median + 1.5·(upper quartile − lower quartile)
 * </pre>
 *
 * with the quantiles of the whole tensor's importance: the quantile of f is the entry of rank ⌊f·(n
 * − 1)⌋, nothing is interpolated. A tensor of one dimension is one row, whose KL is the same factor
 * for all entries and is left out.
 *
 * <p>KL is worked out in float64. mergekit's is float32, in which the KL of rows that hardly differ
 * is mostly rounding error, so that entries near the threshold may come out otherwise.
 */
final class ArceeFusion implements MergeMethod {

  @Override
  public String name() {
    return "arcee_fusion";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of();
  }

  @Override
  public void checkExperts(int experts) {
    if (experts != 1) {
      throw new RecipeException(
          "merge_method arcee_fusion merges the base with exactly one other model, but the recipe"
              + " lists "
              + experts
              + " besides the base");
    }
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    return new ArceeFusionMerge(task.shape());
  }
}
