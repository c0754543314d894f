package dev.amalgam.core.plan;

import dev.amalgam.core.block.Draws;
import dev.amalgam.core.merge.MergeMethod;
import dev.amalgam.core.merge.MergeTask;
import dev.amalgam.core.recipe.Recipe;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import java.util.Collections;
import java.util.List;

/**
 * A merge that can be carried out: every tensor of the output with its sources and parameters.
 *
 * @param method the merge method
 * @param randomMasks where random masks come from
 * @param seed the seed of random masks
 * @param nonFinite what to do with entries that are no finite numbers
 * @param template the checkpoint that the output takes after: the base, or the first model
 * @param tensors the tensors of the output, in the template's order
 * @param leftOut names of tensors that some input lacks and the recipe leaves out
 * @param notes what the user should know of the inputs; one line each
 * @param templateLayers the number of layers of the template, 0 where whole models are merged
 * @param layers where each layer of a stack of slices comes from, from first to last; nothing where
 *     whole models are merged
 */
public record MergePlan(
    MergeMethod method,
    Recipe.RandomMasks randomMasks,
    long seed,
    Recipe.NonFinite nonFinite,
    Checkpoint template,
    List<TensorPlan> tensors,
    List<String> leftOut,
    List<String> notes,
    int templateLayers,
    List<LayerOrigin> layers) {

  /** Copies the lists. */
  public MergePlan {
    tensors = List.copyOf(tensors);
    leftOut = List.copyOf(leftOut);
    notes = List.copyOf(notes);
    layers = List.copyOf(layers);
  }

  /** Returns the tensors to write, in the plan's order. */
  public List<TensorInfo> outputs() {
    return tensors.stream().map(TensorPlan::output).toList();
  }

  /** Returns the task of each tensor that is merged, without draws. */
  public List<MergeTask> tasks() {
    return tensors.stream()
        .filter(TensorPlan.Merged.class::isInstance)
        .map(TensorPlan.Merged.class::cast)
        .map(merged -> merged.task(Collections.nCopies(merged.experts().size(), Draws.NONE)))
        .toList();
  }

  /**
   * Returns the plan of the same merge as a result that other merges start from: a tensor that is
   * merged is kept in at least float32, so that nothing is rounded in between.
   */
  public MergePlan widened() {
    return new MergePlan(
        method,
        randomMasks,
        seed,
        nonFinite,
        template,
        tensors.stream().map(MergePlan::widened).toList(),
        leftOut,
        notes,
        templateLayers,
        layers);
  }

  /** Returns the same plan, in which entries may be anything. */
  public MergePlan allowingNonFinite() {
    return new MergePlan(
        method,
        randomMasks,
        seed,
        Recipe.NonFinite.ALLOW,
        template,
        tensors,
        leftOut,
        notes,
        templateLayers,
        layers);
  }

  private static TensorPlan widened(TensorPlan tensor) {
    return switch (tensor) {
      case TensorPlan.Copied copied when copied.isExact() -> copied;
      case TensorPlan.Copied copied -> copied.withType(copied.source().tensor().dtype());
      case TensorPlan.Merged merged ->
          merged.output().dtype().bits() < DType.F32.bits() ? merged.withType(DType.F32) : merged;
    };
  }

  /** Returns the most experts that any tensor has. */
  public int mostExperts() {
    return tensors.stream()
        .mapToInt(t -> t instanceof TensorPlan.Merged merged ? merged.experts().size() : 0)
        .max()
        .orElse(0);
  }
}
