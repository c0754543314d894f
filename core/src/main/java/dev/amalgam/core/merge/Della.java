package dev.amalgam.core.merge;

import java.util.List;

/**
 * DELLA: drop entries at random, small ones of a row more often than large ones, rescale the
 * others, and merge with the sign election of TIES.
 *
 * <p>Deep et al., "DELLA-Merging: Reducing Interference in Model Merging through Magnitude-Based
 * Sampling", 2024, arXiv 2406.11617.
 */
final class Della implements MergeMethod {

  @Override
  public String name() {
    return "della";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter> parameters() {
    return DeltaFamily.parameters(
        true, DeltaFamily.density(), DeltaFamily.epsilon(), DeltaFamily.rescaleOrInverse(true));
  }

  @Override
  public boolean drawsAtRandom(ParameterValues expert) {
    return expert.number("density") < 1 && expert.number("density") > 0;
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    return new DeltaMerge(
        task,
        DeltaFamily.sparsifiers(task, (i, expert) -> DeltaFamily.ranked(task, i, expert)),
        true,
        task.shape().rowLength());
  }
}
