package dev.amalgam.core.merge;

import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.evidence.EvidenceNeeds;
import dev.amalgam.core.evidence.EvidenceWork;
import dev.amalgam.core.evidence.TaskSize;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.recipe.RecipeException;
import java.util.List;
import java.util.Optional;

/**
 * A merge method that asks models and examples before it merges the first tensor. Its {@link
 * #prepare(MergeTask)} is asked while planning, before there is evidence: it checks parameters, and
 * says of how many elements blocks are at the most, and whether there may be scans.
 */
public interface EvidenceMethod extends MergeMethod {

  /** Returns whether models may be stacked of slices; evidence is of whole models. */
  default boolean allowsSlices() {
    return false;
  }

  /** Returns whether other merges of the same recipe may start from the result. */
  default boolean allowsStages() {
    return false;
  }

  /**
   * Returns what the method will ask. Nothing has been read yet but headers.
   *
   * @param tasks all tensors that are merged, without draws
   * @throws RecipeException if the parameters do not go together
   */
  EvidenceNeeds needs(List<MergeTask> tasks);

  /**
   * Returns an estimate of the bytes that the prepared method holds, beside what it has of a block.
   *
   * @param tasks all tensors that are merged, without draws
   * @param first the first expert
   */
  default long estimatedMemory(List<MergeTask> tasks, Model first) {
    return 0;
  }

  /**
   * Returns an estimate of what models will run on, if the method can tell.
   *
   * @param tasks all tensors that are merged, without draws
   * @param first the first expert
   * @param sizes how many examples there are of each expert's task
   */
  default Optional<EvidenceWork> work(List<MergeTask> tasks, Model first, List<TaskSize> sizes) {
    return Optional.empty();
  }

  /**
   * Returns the method with all that it must know.
   *
   * @param tasks all tensors that are merged, without draws
   */
  PreparedMethod prepare(List<MergeTask> tasks, Evidence evidence, Trials trials);
}
