package dev.amalgam.core.evidence;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.weight.Weights;
import java.util.List;

/**
 * What models and examples tell a merge method. It is gathered when it is first asked for, kept,
 * and found again by a later merge.
 */
public interface Evidence {

  /** Returns the experts, in the order of the recipe. The task of an expert has its number. */
  List<Expert> experts();

  /** Returns the losses on the examples of a task. */
  TaskLoss loss(int task);

  /**
   * Returns what a statistic says of the expert of a task on that task's examples: its tables by
   * name, divided by what their {@linkplain Sums#count counts} say.
   */
  Weights of(Statistic statistic, int task);
}
