package dev.amalgam.core.evidence;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.model.ModelRunner;
import java.util.List;

/**
 * Losses on the examples of a task, in nats.
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
   * @param listener hears of each batch twice
   * @throws dev.amalgam.core.layer.ModelException if a loss is no finite number
   */
  public static TaskLoss of(
      Expert expert, List<Batch> batches, Engine engine, ModelRunner.LayerListener listener) {
    // The expert first: its head is the base's too.
    double ofExpert = mean(expert, 1, batches, engine, listener);
    return new TaskLoss(mean(expert, 0, batches, engine, listener), ofExpert);
  }

  private static double mean(
      Expert expert,
      float fraction,
      List<Batch> batches,
      Engine engine,
      ModelRunner.LayerListener listener) {
    ModelRunner runner = new ModelRunner(expert.at(fraction), engine, listener);
    double sum = 0;
    long count = 0;
    for (Batch batch : batches) {
      Losses losses = runner.losses(batch);
      for (int example = 0; example < batch.examples().size(); example++) {
        sum += losses.sum(example);
        count += losses.count(example);
      }
    }
    return new FiniteEvidence(expert, fraction).checkLoss(sum / count);
  }

  /** Returns what fine-tuning gained: the loss that the expert saves. */
  public double gain() {
    return base - expert;
  }
}
