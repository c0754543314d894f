package dev.amalgam.core.merge;

import dev.amalgam.core.merge.Parameter.Scope;
import dev.amalgam.core.sparsify.MagnitudeBand;
import dev.amalgam.core.sparsify.Sparsifier;
import java.util.List;

/**
 * TIES: trim each delta to its largest entries, elect a sign for every entry, and merge the experts
 * that agree with it.
 *
 * <pre>
 * trim   d = x − b; keep the ⌊density·n⌋ entries of largest |d|, of equals the first
 * elect  m = sign of Σ w·d, plus where the sum is zero
 * merge  s = Σ w·d / Σ w over the experts whose d has the sign m (Σ w·d without normalize)
 * out = b + λ·s
 * </pre>
 *
 * <p>Yadav et al., "TIES-Merging: Resolving Interference When Merging Models", NeurIPS 2023, arXiv
 * 2306.01708.
 */
final class Ties implements MergeMethod {

  private static final Parameter<Double> DENSITY =
      Parameter.fraction(Scope.MODEL, "density", 1, "share of the delta's entries that is kept");
  private static final Parameter<Rescaling> RESCALE = Rescaling.ofSelection();
  private static final Parameter<Boolean> NORMALIZE = DeltaSum.normalize(true);

  @Override
  public String name() {
    return "ties";
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
        RESCALE,
        NORMALIZE,
        DeltaSum.LAMBDA,
        MergekitParameters.INT8_MASK);
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    Rescaling rescaling = RESCALE.of(task);
    return DeltaMerge.of(
        task,
        DeltaSum.of(task, true, NORMALIZE),
        expert -> rescaling.byNorm(trim(task.shape().elements(), DENSITY.of(task, expert))));
  }

  private static Sparsifier trim(long elements, double density) {
    return MagnitudeBand.of(elements, 0, (long) (density * elements));
  }
}
