package dev.amalgam.core.merge;

import dev.amalgam.core.merge.Parameter.Scope;
import dev.amalgam.core.sparsify.MagnitudeBand;
import dev.amalgam.core.sparsify.Sparsifier;
import java.util.List;

/**
 * Model Breadcrumbs: drop the outliers and the smallest entries of each delta, and sum what is
 * left, as it is ({@code breadcrumbs}) or with the sign election of TIES ({@code
 * breadcrumbs_ties}).
 *
 * <pre>
 * d = x − b; by falling |d|, of equals the first first, drop the ⌊gamma·n⌋ largest entries, keep
 *     the next ⌊density·n⌋, drop the others; there are fewer outliers where that is more than n
 * out = b + λ·Σ w·d, or with the election of {@link DeltaSum}
 * </pre>
 *
 * <p>Davari and Belilovsky, "Model Breadcrumbs: Scaling Multi-Task Model Merging with Sparse
 * Masks", ECCV 2024, arXiv 2312.06795; for the election Yadav et al., arXiv 2306.01708.
 *
 * @param consensus whether a sign is elected
 */
record Breadcrumbs(boolean consensus) implements MergeMethod {

  private static final Parameter<Double> DENSITY =
      Parameter.fraction(Scope.MODEL, "density", 1, "share of the delta's entries that is kept");
  private static final Parameter<Double> GAMMA =
      Parameter.fraction(
          Scope.MODEL, "gamma", 0.01, "share of the delta's largest entries that is dropped");
  private static final Parameter<Rescaling> RESCALE = Rescaling.ofSelection();
  private static final Parameter<Boolean> NORMALIZE = DeltaSum.normalize(false);

  @Override
  public String name() {
    return consensus ? "breadcrumbs_ties" : "breadcrumbs";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(
        DeltaSum.WEIGHT,
        DENSITY,
        GAMMA,
        RESCALE,
        NORMALIZE,
        DeltaSum.LAMBDA,
        MergekitParameters.INT8_MASK);
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    long elements = task.shape().elements();
    Rescaling rescaling = RESCALE.of(task);
    return DeltaMerge.of(
        task,
        DeltaSum.of(task, consensus, NORMALIZE),
        expert ->
            rescaling.byNorm(band(elements, DENSITY.of(task, expert), GAMMA.of(task, expert))));
  }

  private static Sparsifier band(long elements, double density, double gamma) {
    long keep = (long) (density * elements);
    long outliers = Math.min((long) (gamma * elements), elements - keep);
    return MagnitudeBand.of(elements, outliers, keep);
  }
}
