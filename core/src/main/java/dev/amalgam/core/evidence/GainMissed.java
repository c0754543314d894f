package dev.amalgam.core.evidence;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * What a merged model is worth: for each expert the share of the expert's gain that it misses on
 * examples of the expert's task, {@code (ℓ − ℓ(expert)) / (ℓ(base) − ℓ(expert))}. Of a classifier ℓ
 * is the loss at the best temperature: its loss as it is says as much of how sure it is as of how
 * often it is right, and of few examples accuracy is all noise. Of an encoder without a head ℓ is
 * the {@link FeatureDistance} from the expert, whose own is 0.
 */
public final class GainMissed {

  // An expert that gains less than this is no better than its base, and its loss counts as it is.
  private static final double LEAST_GAIN = 1e-6;

  private record Task(Expert expert, Loss loss, double own, double gain) {}

  private interface Loss {
    double of(Model model);
  }

  private final Engine engine;
  private final ModelRunner.LayerListener listener;
  private final List<Task> tasks = new ArrayList<>();

  /**
   * Evaluates the base and the experts.
   *
   * @param batches the examples of each expert's task
   * @param listener hears of all that runs, now and later
   * @throws dev.amalgam.core.layer.ModelException if a loss is no finite number
   */
  public GainMissed(
      List<Expert> experts,
      List<List<Batch>> batches,
      Engine engine,
      ModelRunner.LayerListener listener) {
    this.engine = engine;
    this.listener = listener;
    for (int i = 0; i < experts.size(); i++) {
      Expert expert = experts.get(i);
      Loss loss = loss(expert, batches.get(i));
      double own = loss(expert, 1, loss);
      double gain = loss(expert, 0, loss) - own;
      tasks.add(new Task(expert, loss, own, gain));
    }
  }

  /** Returns the losses on the examples of a task. */
  public TaskLoss loss(int task) {
    Task own = tasks.get(task);
    return new TaskLoss(own.own() + own.gain(), own.own());
  }

  /** Returns the loss of a merged model that misses so much of an expert's gain. */
  public static double loss(TaskLoss own, double missed) {
    return own.expert() + missed * (own.gain() > LEAST_GAIN ? own.gain() : 1);
  }

  /** Returns what a merged model misses of each expert's gain. */
  public double[] of(Weights merged) {
    double[] missed = new double[tasks.size()];
    for (int i = 0; i < missed.length; i++) {
      Task task = tasks.get(i);
      // With the tensors that the merged model lacks, the task head, from the expert.
      Model model =
          new Expert(
                  new FineTuned(merged, task.expert().weights().expert()), task.expert().config())
              .at(0);
      double loss = task.loss().of(model) - task.own();
      missed[i] = task.gain() > LEAST_GAIN ? loss / task.gain() : loss;
    }
    return missed;
  }

  private static double loss(Expert expert, float fraction, Loss loss) {
    return new FiniteEvidence(expert, fraction).checkLoss(loss.of(expert.at(fraction)));
  }

  private Loss loss(Expert expert, List<Batch> batches) {
    Model model = expert.at(1);
    return switch (model.head().kind()) {
      case FEATURES -> {
        FeatureDistance distance = new FeatureDistance(runner(model), batches);
        yield other -> distance.of(runner(other));
      }
      case CLASS ->
          other -> {
            TemperatureScaling scaling = new TemperatureScaling();
            batches.forEach(batch -> scaling.losses(runner(other), batch));
            return scaling.loss();
          };
      case NEXT_TOKEN, MASKED_TOKEN -> other -> mean(runner(other), batches);
    };
  }

  private ModelRunner runner(Model model) {
    return new ModelRunner(model, engine, listener);
  }

  /** Returns the mean of the examples' losses. */
  private static double mean(ModelRunner runner, List<Batch> batches) {
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
