package dev.amalgam.core.merge;

import java.util.List;

/**
 * Model Breadcrumbs followed by the sign election of TIES.
 *
 * <p>Davari and Belilovsky, arXiv 2312.06795; Yadav et al., arXiv 2306.01708.
 */
final class BreadcrumbsTies implements MergeMethod {

  @Override
  public String name() {
    return "breadcrumbs_ties";
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
        true,
        1);
  }
}
