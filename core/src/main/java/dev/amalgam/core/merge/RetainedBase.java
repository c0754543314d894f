package dev.amalgam.core.merge;

import dev.amalgam.core.evidence.Evidence;
import dev.amalgam.core.evidence.EvidenceWork;
import dev.amalgam.core.evidence.TaskSize;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.repair.MergedModel;
import dev.amalgam.core.repair.Repair;
import dev.amalgam.core.repair.WrittenTexts;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weights;
import java.util.List;

/**
 * A base that a merged language model is to forget little of: it writes texts itself, of which it
 * teaches some, and by the others it is judged what is forgotten.
 */
final class RetainedBase {

  private static final int TAUGHT = 32;
  private static final int JUDGING = 16;
  private static final int LENGTH = 128;
  private static final int BATCH_TOKENS = 4096;

  private final Evidence evidence;
  private final Expert base;
  private final double weight;
  private final List<Example> taught;
  private final List<Example> judging;
  private final double own;

  /**
   * Lets the base write.
   *
   * @param weight what it counts as a task
   * @param seed of the first text
   */
  RetainedBase(Evidence evidence, double weight, long seed) {
    this.evidence = evidence;
    Expert expert = evidence.experts().getFirst();
    Weights weights = expert.weights().base();
    this.base = new Expert(new FineTuned(weights, weights), expert.config());
    this.weight = weight;
    int count = TAUGHT + JUDGING;
    int length = Math.min(LENGTH, base.at(0).maxPositions());
    List<Example> written =
        WrittenTexts.of(
            base.at(0),
            expert.config().tokenId("bos_token_id").orElse(0),
            count,
            length,
            seed,
            evidence.engine(),
            evidence.started("writing", (long) count * length, base.at(0).layers().size()));
    this.taught = written.subList(0, TAUGHT);
    this.judging = written.subList(TAUGHT, count);
    this.own = loss(base, evidence.started("judging the base", tokens(), layers()));
  }

  /** Returns some work, and that of the base: it is read whole for each token that it writes. */
  static EvidenceWork writing(EvidenceWork before) {
    long tokens = (long) (TAUGHT + JUDGING) * LENGTH;
    return before.forward(tokens, tokens, 1).forward(tokens, TaskSize.batches(tokens), 1);
  }

  /** Returns how many texts it teaches, and of how many tokens at most. */
  static TaskSize size() {
    return new TaskSize(TAUGHT, (long) TAUGHT * LENGTH, (long) JUDGING * LENGTH);
  }

  private int layers() {
    return base.at(0).layers().size();
  }

  /** Returns the base as one more teacher. */
  Repair.Task task() {
    return new Repair.Task(base, 0, taught, weight, true, false);
  }

  /** Returns of how many tokens the texts are by which it is judged. */
  long tokens() {
    return judging.stream().mapToLong(Example::length).sum();
  }

  /**
   * Returns what a model has forgotten: its loss less the base's, in nats, mean over texts of means
   * over tokens, times what the base counts.
   */
  double forgotten(MergedModel merged, ModelRunner.LayerListener listener) {
    Expert model = new Expert(new FineTuned(merged.weights(), merged.weights()), base.config());
    return weight * (loss(model, listener) - own);
  }

  private double loss(Expert model, ModelRunner.LayerListener listener) {
    ModelRunner runner = new ModelRunner(model.at(0), evidence.engine(), listener);
    double sum = 0;
    for (Batch batch : Batch.gather(judging, BATCH_TOKENS)) {
      for (double mean : runner.losses(batch).means()) {
        sum += mean;
      }
    }
    return sum / judging.size();
  }
}
