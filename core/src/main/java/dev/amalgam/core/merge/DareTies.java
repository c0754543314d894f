package dev.amalgam.core.merge;

import java.util.List;

/**
 * DARE's random drop and rescaling followed by the sign election of TIES.
 *
 * <p>Yu et al., arXiv 2311.03099; Yadav et al., arXiv 2306.01708.
 */
final class DareTies implements MergeMethod {

  @Override
  public String name() {
    return "dare_ties";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter> parameters() {
    return DeltaFamily.parameters(false, DeltaFamily.density(), DeltaFamily.rescaleOrInverse(true));
  }

  @Override
  public boolean drawsAtRandom(ParameterValues expert) {
    return expert.number("density") < 1;
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    return new DeltaMerge(
        task,
        DeltaFamily.sparsifiers(task, (i, expert) -> DeltaFamily.random(task, i, expert)),
        true,
        1);
  }
}
