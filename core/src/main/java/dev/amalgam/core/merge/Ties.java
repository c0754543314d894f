package dev.amalgam.core.merge;

import java.util.List;

/**
 * TIES: trim each delta to its largest entries, elect a sign for every entry, and merge the experts
 * that agree with it.
 *
 * <p>Yadav et al., "TIES-Merging: Resolving Interference When Merging Models", NeurIPS 2023, arXiv
 * 2306.01708.
 */
final class Ties implements MergeMethod {

  @Override
  public String name() {
    return "ties";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter> parameters() {
    return DeltaFamily.parameters(true, DeltaFamily.density(), DeltaFamily.rescale(false));
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    return new DeltaMerge(
        task,
        DeltaFamily.sparsifiers(task, (i, expert) -> DeltaFamily.largest(task, expert)),
        true,
        1);
  }
}
