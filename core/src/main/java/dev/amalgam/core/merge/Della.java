package dev.amalgam.core.merge;

import dev.amalgam.core.merge.Parameter.Scope;
import dev.amalgam.core.recipe.RecipeException;
import dev.amalgam.core.sparsify.RankedDrop;
import dev.amalgam.core.sparsify.Sparsifier;
import java.util.List;

/**
 * DELLA: drop entries at random, small ones of a row more often than large ones, rescale the
 * others, and sum the deltas with the sign election of TIES ({@code della}) or without ({@code
 * della_linear}).
 *
 * <pre>
 * drop     d = x − b; of rank r by |d| in a row of n, from 0 for the smallest, an entry is kept
 *          with probability k = (density − ε) + 2ε·r/(n − 1)
 * rescale  d/k with rescale: inverse, which is the paper's; by default d times what keeps Σ |d|
 * out = b + λ·Σ w·d, or with the election of {@link DeltaSum}
 * </pre>
 *
 * <p>Deep et al., "DELLA-Merging: Reducing Interference in Model Merging through Magnitude-Based
 * Sampling", 2024, arXiv 2406.11617; for the election Yadav et al., arXiv 2306.01708.
 *
 * @param consensus whether a sign is elected
 */
record Della(boolean consensus) implements MergeMethod {

  private static final long LONGEST_ROW = 1 << 28;

  private static final Parameter<Double> DENSITY =
      Parameter.fraction(Scope.MODEL, "density", 1, "share of the delta's entries that is kept");
  private static final Parameter<Double> EPSILON =
      Parameter.fraction(
          Scope.MODEL,
          "epsilon",
          0.15,
          "the keep probability runs from density − ε to density + ε");
  private static final Parameter<Rescaling> RESCALE = Rescaling.ofChance();

  @Override
  public String name() {
    return consensus ? "della" : "della_linear";
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
        EPSILON,
        RESCALE,
        normalize(),
        DeltaSum.LAMBDA,
        MergekitParameters.INT8_MASK);
  }

  private Parameter<Boolean> normalize() {
    return DeltaSum.normalize(consensus);
  }

  @Override
  public boolean drawsAtRandom(ParameterValues expert) {
    return DENSITY.of(expert) < 1 && DENSITY.of(expert) > 0;
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    Rescaling rescaling = RESCALE.of(task);
    return DeltaMerge.of(
        task,
        DeltaSum.of(task, consensus, normalize()),
        expert -> rescaling.byNorm(drop(task, expert, rescaling == Rescaling.INVERSE)));
  }

  private static Sparsifier drop(MergeTask task, int expert, boolean inverse) {
    double density = DENSITY.of(task, expert);
    double epsilon = EPSILON.of(task, expert);
    if (density >= 1 || task.shape().elements() == 0) {
      return Sparsifier.KEEP_ALL;
    }
    if (density == 0) {
      return Sparsifier.KEEP_NONE;
    }
    if (density - epsilon <= 0 || density + epsilon >= 1) {
      throw new RecipeException(
          "density %s and epsilon %s do not go together: both density − epsilon and density + epsilon must lie between 0 and 1; choose a smaller epsilon"
              .formatted(density, epsilon));
    }
    long row = task.shape().rowLength();
    if (row > LONGEST_ROW) {
      throw new RecipeException("rows of " + row + " elements are too long to be ranked");
    }
    return new RankedDrop(task.draws().get(expert), density, epsilon, (int) row, inverse);
  }
}
