package dev.amalgam.core.evidence;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weights;
import java.lang.foreign.SegmentAllocator;
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

  /** Lets the base and the experts run on the examples that are for choosing, if they have not. */
  void prepareToJudge();

  /**
   * Returns what a merged model misses of each expert's gain, on the examples that are for
   * choosing: 0 where it is as good as the expert, 1 where it is no better than the base.
   *
   * @see GainMissed
   */
  double[] gainMissed(Weights merged);

  /** Returns the losses on the examples of a task that are for choosing, as gainMissed has them. */
  TaskLoss lossForChoosing(int task);

  /** Returns the examples of a task from which evidence is gathered. */
  List<Example> examples(int task);

  /** Returns how many tokens run through models to say what a merged model misses. */
  long tokensForChoosing();

  /**
   * Returns where a long computation notes how far it is.
   *
   * @param what the computation, with all that has a bearing on it beside models and examples
   */
  Journal journal(String what);

  /** Returns the threads that run models. */
  Engine engine();

  /** Returns memory that may be a mapped file, and is there as long as this is. */
  SegmentAllocator memory();

  /**
   * Says that a phase begins.
   *
   * @param phase what is being done, in a word or two
   * @param tokens how many tokens will go through models, forward or backward
   * @param layers how many layers each of them has
   * @return who is to be told how far it is
   */
  ModelRunner.LayerListener started(String phase, long tokens, int layers);

  /** Returns those who read weights. */
  Workers<ReadBuffer> readers();
}
