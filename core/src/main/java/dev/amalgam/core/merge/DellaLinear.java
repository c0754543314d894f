package dev.amalgam.core.merge;

import java.util.List;

/**
 * DELLA's magnitude-ranked random drop, without a sign election.
 *
 * <p>Deep et al., "DELLA-Merging: Reducing Interference in Model Merging through Magnitude-Based
 * Sampling", 2024, arXiv 2406.11617.
 */
final class DellaLinear implements MergeMethod {

  @Override
  public String name() {
    return "della_linear";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter> parameters() {
    return DeltaFamily.parameters(
        false, DeltaFamily.density(), DeltaFamily.epsilon(), DeltaFamily.rescaleOrInverse(true));
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
        false,
        task.shape().rowLength());
  }
}
