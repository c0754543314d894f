package dev.amalgam.core.merge;

import java.util.List;
import java.util.Optional;

/** A merge method that knows all that it must know of the models, ready to merge tensors. */
public interface PreparedMethod {

  /**
   * Returns the merge of one tensor, as {@link MergeMethod#prepare} does.
   *
   * @param task one of the tasks that the method was prepared for, now with draws
   */
  TensorMerge merge(MergeTask task);

  /** Returns what was chosen by examples; one line each, {@code lambda 0.3}. */
  default List<String> choices() {
    return List.of();
  }

  /** Returns how the merged model was repaired, if it was. */
  default Optional<RepairHistory> repair() {
    return Optional.empty();
  }
}
