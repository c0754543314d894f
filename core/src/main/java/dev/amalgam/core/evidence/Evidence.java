package dev.amalgam.core.evidence;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weights;
import java.util.List;

/**
 * What models and examples tell a merge method. It is gathered when it is first asked for, kept,
 * and found again by a later merge. The task of an expert has the expert's number.
 */
public interface Evidence {

  /** Returns the experts, in the order of the recipe. */
  List<Expert> experts();

  /** Returns the losses on the examples of a task. */
  TaskLoss loss(int task);

  /**
   * Returns what a statistic says of the expert of a task on that task's examples: its tables by
   * name, each divided by its {@linkplain Sums#counted count}.
   */
  Weights of(Statistic statistic, int task);

  /**
   * Returns the importance of deltas on the examples of a task, as the method's {@linkplain
   * EvidenceNeeds#importance needs} say it; of an expert's delta on its own task the scores that
   * the recipe names, if it names any.
   *
   * @param deltas the numbers of experts
   */
  List<Scores> importance(List<Integer> deltas, int task);

  /**
   * Returns what a merged model misses of each expert's gain, on the examples that are for
   * choosing: 0 where it is as good as the expert, 1 where it is no better than the base.
   *
   * @see GainMissed
   */
  double[] gainMissed(Checkpoint merged);

  /** Returns those who read weights. */
  Workers<ReadBuffer> readers();
}
