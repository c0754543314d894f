package dev.amalgam.core.merge;

import java.util.List;

/**
 * Model Breadcrumbs: drop the outliers and the smallest entries of each delta, and sum what is
 * left.
 *
 * <p>Davari and Belilovsky, "Model Breadcrumbs: Scaling Multi-Task Model Merging with Sparse
 * Masks", ECCV 2024, arXiv 2312.06795.
 */
final class Breadcrumbs implements MergeMethod {

  @Override
  public String name() {
    return "breadcrumbs";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter> parameters() {
    return DeltaFamily.parameters(
        false, DeltaFamily.density(), DeltaFamily.gamma(), DeltaFamily.rescale(false));
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    return new DeltaMerge(
        task,
        DeltaFamily.sparsifiers(task, (i, expert) -> DeltaFamily.band(task, expert)),
        false,
        1);
  }
}
