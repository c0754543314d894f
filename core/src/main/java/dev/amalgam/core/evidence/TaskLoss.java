package dev.amalgam.core.evidence;

import dev.amalgam.core.importance.ExampleLoss;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.TeacherDistance;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.model.ModelRunner;
import java.lang.foreign.SegmentAllocator;
import java.util.List;

/**
 * Losses on the examples of a task, in nats. Of examples without labels they are distances from the
 * expert, whose own is 0: see {@link TeacherDistance}.
 *
 * @param base the base's
 * @param expert the expert's
 */
public record TaskLoss(double base, double expert) {

  /**
   * Returns the losses of an expert and its base: means over all that is predicted, each token
   * alike, summed in float64 in the order of the examples.
   *
   * @param batches the examples, at least one
   * @param memory where the states of an expert are kept that says what is right
   * @param listener hears of each batch twice
   * @throws dev.amalgam.core.layer.ModelException if a loss is no finite number
   */
  public static TaskLoss of(
      Expert expert,
      List<Batch> batches,
      Engine engine,
      SegmentAllocator memory,
      ModelRunner.LayerListener listener) {
    ModelRunner runner = new ModelRunner(expert.at(1), engine, listener);
    ExampleLoss loss = ExampleLoss.of(runner, batches, memory);
    // The expert first: its head is the base's too.
    double own =
        new FiniteEvidence(expert, 1)
            .checkLoss(
                loss instanceof TeacherDistance distance
                    ? distance.own(batches)
                    : mean(loss, runner, batches));
    double base =
        new FiniteEvidence(expert, 0).checkLoss(mean(loss, runner.of(expert.at(0)), batches));
    return new TaskLoss(base, own);
  }

  /** Returns the mean over all targets, each alike. */
  static double mean(ExampleLoss loss, ModelRunner runner, List<Batch> batches) {
    double sum = 0;
    long count = 0;
    for (Batch batch : batches) {
      Losses losses = loss.of(runner, batch);
      for (int example = 0; example < batch.examples().size(); example++) {
        sum += losses.sum(example);
        count += losses.count(example);
      }
    }
    return sum / count;
  }

  /** Returns what fine-tuning gained: the loss that the expert saves. */
  public double gain() {
    return base - expert;
  }
}
