package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.block.BlockSums;
import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.recipe.RecipeException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The merge of {@link Ram} and {@link RamPlus}: unique entries are summed with a factor for each
 * expert, shared ones averaged over the experts that moved them.
 */
final class RamMerge implements TensorMerge, TensorMerge.Scan {

  static final Parameter<Double> EPSILON =
      Parameter.fraction(
          Parameter.Scope.RECIPE, "epsilon", 1e-5, "an entry is moved by more than this");

  private final float epsilon;
  private final double r;
  private final double alpha;
  private final float[] factors;
  private final BlockSums[] unique;
  private final BlockSums[] shared;
  private boolean ready;

  /** Creates the merge in which all factors are 1, which needs no scan. */
  RamMerge(MergeTask task) {
    this(task, 0, 0);
    ready = true;
  }

  /** Creates the merge with the factors {@code 1 + r·min(shared/unique, alpha)}. */
  RamMerge(MergeTask task, double r, double alpha) {
    int experts = task.experts().size();
    this.epsilon = EPSILON.of(task).floatValue();
    this.r = r;
    this.alpha = alpha;
    this.factors = new float[experts];
    Arrays.fill(factors, 1);
    this.unique = new BlockSums[experts];
    this.shared = new BlockSums[experts];
    Arrays.setAll(unique, i -> new BlockSums());
    Arrays.setAll(shared, i -> new BlockSums());
  }

  static void checkExperts(MergeMethod method, int experts) {
    if (experts < 2) {
      throw new RecipeException(
          "merge_method "
              + method.name()
              + " merges at least two models, but the recipe lists "
              + experts
              + " besides the base");
    }
  }

  @Override
  public Optional<Scan> nextScan() {
    return ready ? Optional.empty() : Optional.of(this);
  }

  @Override
  public void visit(Block block) {
    Deltas.take(block, factors.length);
    float[] movers = countMovers(block);
    for (int k = 0; k < factors.length; k++) {
      float[] delta = block.expert(k);
      int alone = 0;
      int together = 0;
      for (int i = 0; i < block.length(); i++) {
        if (isMoved(delta[i])) {
          alone += movers[i] == 1 ? 1 : 0;
          together += movers[i] == 1 ? 0 : 1;
        }
      }
      unique[k].set(block, alone);
      shared[k].set(block, together);
    }
  }

  @Override
  public void finish() {
    for (int k = 0; k < factors.length; k++) {
      double own = unique[k].total();
      // Without unique entries there is nothing to multiply.
      factors[k] = own == 0 ? 1 : (float) (1 + r * Math.min(shared[k].total() / own, alpha));
    }
    ready = true;
  }

  // A NaN is moved, so that it shows in the result.
  private boolean isMoved(float delta) {
    return !(Math.abs(delta) <= epsilon);
  }

  private float[] countMovers(Block block) {
    float[] movers = block.scratch().first();
    Arrays.fill(movers, 0, block.length(), 0);
    for (int k = 0; k < factors.length; k++) {
      float[] delta = block.expert(k);
      for (int i = 0; i < block.length(); i++) {
        movers[i] += isMoved(delta[i]) ? 1 : 0;
      }
    }
    return movers;
  }

  @Override
  public void merge(Block block, float[] out) {
    int count = block.length();
    Deltas.take(block, factors.length);
    float[] movers = countMovers(block);
    Arrays.fill(out, 0, count, 0);
    for (int k = 0; k < factors.length; k++) {
      float[] delta = block.expert(k);
      for (int i = 0; i < count; i++) {
        if (isMoved(delta[i])) {
          out[i] += movers[i] == 1 ? factors[k] * delta[i] : delta[i] / movers[i];
        }
      }
    }
    Elementwise.add(out, block.base(), count);
  }
}
