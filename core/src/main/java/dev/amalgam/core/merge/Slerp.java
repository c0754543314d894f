package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.block.BlockSums;
import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.kernel.Reduction;
import dev.amalgam.core.recipe.RecipeException;
import java.util.List;
import java.util.Optional;

/**
 * Spherical linear interpolation between the base ({@code t} = 0) and one model ({@code t} = 1),
 * each tensor taken as one vector: the angle is that of the normalised pair, the interpolated
 * vectors are the unnormalised ones. Nearly parallel tensors (|cos| &gt; 0.9995) are interpolated
 * linearly.
 *
 * <p>Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985.
 */
final class Slerp implements MergeMethod {

  private static final Parameter<Double> T =
      Parameter.required(Parameter.Scope.RECIPE, "t", "the place between base (0) and model (1)");

  private static final double PARALLEL = 0.9995;
  private static final double LEAST_NORM = 1e-8;

  @Override
  public String name() {
    return "slerp";
  }

  @Override
  public BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(T, MergekitParameters.INT8_MASK);
  }

  @Override
  public void checkExperts(int experts) {
    if (experts != 1) {
      throw new RecipeException(
          "merge_method slerp merges the base with exactly one other model, but the recipe lists "
              + experts
              + " besides the base; for more models use linear, or several merges");
    }
  }

  @Override
  public TensorMerge prepare(MergeTask task) {
    return new Interpolation(T.of(task));
  }

  private static final class Interpolation implements TensorMerge, TensorMerge.Scan {
    private final double t;
    private final BlockSums baseSquares = new BlockSums();
    private final BlockSums expertSquares = new BlockSums();
    private final BlockSums products = new BlockSums();
    private boolean scanned;
    private float baseFactor;
    private float expertFactor;

    Interpolation(double t) {
      this.t = t;
    }

    @Override
    public Optional<Scan> nextScan() {
      return scanned ? Optional.empty() : Optional.of(this);
    }

    @Override
    public void visit(Block block) {
      Reduction reduction = block.scratch().reduction();
      float[] base = block.base();
      float[] expert = block.expert(0);
      baseSquares.set(block, reduction.sumSquares(base, block.length()));
      expertSquares.set(block, reduction.sumSquares(expert, block.length()));
      products.set(block, reduction.dot(base, expert, block.length()));
    }

    @Override
    public void finish() {
      scanned = true;
      double cosine =
          products.total() / (normOrOne(baseSquares.total()) * normOrOne(expertSquares.total()));
      if (Math.abs(cosine) > PARALLEL) {
        baseFactor = (float) (1 - t);
        expertFactor = (float) t;
      } else {
        double angle = StrictMath.acos(cosine);
        baseFactor = (float) (StrictMath.sin((1 - t) * angle) / StrictMath.sin(angle));
        expertFactor = (float) (StrictMath.sin(t * angle) / StrictMath.sin(angle));
      }
    }

    private static double normOrOne(double squares) {
      double norm = Math.sqrt(squares);
      return norm > LEAST_NORM ? norm : 1;
    }

    @Override
    public void merge(Block block, float[] out) {
      Elementwise.combine(
          baseFactor, block.base(), expertFactor, block.expert(0), out, block.length());
    }
  }
}
