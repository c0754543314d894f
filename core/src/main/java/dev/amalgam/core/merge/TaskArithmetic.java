package dev.amalgam.core.merge;

import dev.amalgam.core.sparsify.Sparsifier;
import java.util.List;

/**
 * Task arithmetic: the weighted sum of the experts' deltas is added to the base, {@code b + λ·Σ
 * w·(x − b)}.
 *
 * <p>Ilharco et al., "Editing Models with Task Arithmetic", ICLR 2023, arXiv 2212.04089.
 */
final class TaskArithmetic implements MergeMethod {

  private static final Parameter<Boolean> NORMALIZE = DeltaSum.normalize(false);

  @Override
  public String name() {
    return "task_arithmetic";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(DeltaSum.WEIGHT, NORMALIZE, DeltaSum.LAMBDA, MergekitParameters.INT8_MASK);
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    return DeltaMerge.of(task, DeltaSum.of(task, false, NORMALIZE), expert -> Sparsifier.KEEP_ALL);
  }
}
