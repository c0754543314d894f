package dev.amalgam.core.merge;

import dev.amalgam.core.sparsify.Sparsifier;
import java.util.List;

/**
 * Task arithmetic: the weighted sum of the experts' deltas is added to the base.
 *
 * <p>Ilharco et al., "Editing Models with Task Arithmetic", ICLR 2023, arXiv 2212.04089.
 */
final class TaskArithmetic implements MergeMethod {

  @Override
  public String name() {
    return "task_arithmetic";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter> parameters() {
    return DeltaFamily.parameters(false);
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    return new DeltaMerge(
        task, DeltaFamily.sparsifiers(task, (i, expert) -> Sparsifier.KEEP_ALL), false, 1);
  }
}
