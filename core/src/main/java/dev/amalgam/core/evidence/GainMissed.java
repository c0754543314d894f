package dev.amalgam.core.evidence;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.weight.CheckpointWeights;
import dev.amalgam.core.weight.FineTuned;
import java.util.ArrayList;
import java.util.List;

/**
 * What a merged model is worth: for each expert the share of the expert's gain that it misses on
 * examples of the expert's task, {@code (ℓ − ℓ(expert)) / (ℓ(base) − ℓ(expert))}. Of a classifier ℓ
 * is the loss at the best temperature: its loss as it is says as much of how sure it is as of how
 * often it is right, and of few examples accuracy is all noise.
 */
public final class GainMissed {

  // An expert that gains less than this is no better than its base, and its loss counts as it is.
  private static final double LEAST_GAIN = 1e-6;

  private record Task(Expert expert, List<Batch> batches, double own, double gain) {}

  private final Engine engine;
  private final List<Task> tasks = new ArrayList<>();

  /**
   * Evaluates the base and the experts.
   *
   * @param batches the examples of each expert's task
   * @throws dev.amalgam.core.layer.ModelException if a loss is no finite number
   */
  public GainMissed(List<Expert> experts, List<List<Batch>> batches, Engine engine) {
    this.engine = engine;
    for (int i = 0; i < experts.size(); i++) {
      Expert expert = experts.get(i);
      double own = loss(expert, 1, batches.get(i));
      double gain = loss(expert, 0, batches.get(i)) - own;
      tasks.add(new Task(expert, batches.get(i), own, gain));
    }
  }

  /** Returns what a merged model misses of each expert's gain. */
  public double[] of(Checkpoint merged) {
    double[] missed = new double[tasks.size()];
    for (int i = 0; i < missed.length; i++) {
      Task task = tasks.get(i);
      // With the tensors that the merged model lacks, the task head, from the expert.
      Model model =
          new Expert(
                  new FineTuned(new CheckpointWeights(merged), task.expert().weights().expert()),
                  task.expert().config())
              .at(0);
      double loss = loss(model, task.batches()) - task.own();
      missed[i] = task.gain() > LEAST_GAIN ? loss / task.gain() : loss;
    }
    return missed;
  }

  private double loss(Expert expert, float fraction, List<Batch> batches) {
    return new FiniteEvidence(expert, fraction).checkLoss(loss(expert.at(fraction), batches));
  }

  /** Returns the mean of the examples' losses; of a classifier at the best temperature. */
  private double loss(Model model, List<Batch> batches) {
    ModelRunner runner = new ModelRunner(model, engine, _ -> {});
    if (model.head().kind() == Targets.Kind.CLASS) {
      TemperatureScaling scaling = new TemperatureScaling();
      batches.forEach(batch -> scaling.losses(runner, batch));
      return scaling.loss();
    }
    double sum = 0;
    int examples = 0;
    for (Batch batch : batches) {
      Losses losses = runner.losses(batch);
      for (int example = 0; example < batch.examples().size(); example++) {
        sum += losses.mean(example);
        examples++;
      }
    }
    return sum / examples;
  }
}
