package dev.amalgam.core.merge;

import dev.amalgam.core.merge.Parameter.Scope;
import dev.amalgam.core.sparsify.RandomDrop;
import dev.amalgam.core.sparsify.Rescaled;
import dev.amalgam.core.sparsify.Sparsifier;
import java.util.List;

/**
 * DARE: drop entries of each delta at random, rescale the others, and sum the deltas, as they are
 * ({@code dare_linear}) or with the sign election of TIES ({@code dare_ties}).
 *
 * <pre>
 * drop     d = x − b; keep each entry with probability density
 * rescale  d/density with rescale: inverse, which is the paper's; by default d times what keeps Σ |d|
 * out = b + λ·Σ w·d, or with the election of {@link DeltaSum}
 * </pre>
 *
 * <p>Yu et al., "Language Models are Super Mario: Absorbing Abilities from Homologous Models as a
 * Free Lunch", ICML 2024, arXiv 2311.03099; for the election Yadav et al., arXiv 2306.01708.
 *
 * @param consensus whether a sign is elected
 */
record Dare(boolean consensus) implements MergeMethod {

  private static final Parameter<Double> DENSITY =
      Parameter.fraction(Scope.MODEL, "density", 1, "share of the delta's entries that is kept");
  private static final Parameter<Rescaling> RESCALE = Rescaling.ofChance();
  private static final Parameter<Boolean> NORMALIZE = DeltaSum.normalize(false);

  @Override
  public String name() {
    return consensus ? "dare_ties" : "dare_linear";
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
  public boolean drawsAtRandom(ParameterValues expert) {
    return DENSITY.of(expert) < 1;
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    return DeltaMerge.of(
        task, DeltaSum.of(task, consensus, NORMALIZE), expert -> drop(task, expert));
  }

  private static Sparsifier drop(MergeTask task, int expert) {
    Rescaling rescaling = RESCALE.of(task);
    double density = DENSITY.of(task, expert);
    Sparsifier drop = RandomDrop.of(task.draws().get(expert), density);
    // Where nothing is kept, an inverse would be infinite.
    return rescaling == Rescaling.INVERSE && drop != Sparsifier.KEEP_NONE
        ? new Rescaled(drop, (float) (1 / density))
        : rescaling.byNorm(drop);
  }
}
