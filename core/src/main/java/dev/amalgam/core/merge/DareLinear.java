package dev.amalgam.core.merge;

import java.util.List;

/**
 * DARE: drop entries of each delta at random, rescale the others, and sum the deltas.
 *
 * <p>Yu et al., "Language Models are Super Mario: Absorbing Abilities from Homologous Models as a
 * Free Lunch", ICML 2024, arXiv 2311.03099.
 */
final class DareLinear implements MergeMethod {

  @Override
  public String name() {
    return "dare_linear";
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
        false,
        1);
  }
}
