package dev.amalgam.core.evidence;

import dev.amalgam.core.importance.ExampleLoss;
import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.importance.TeacherDistance;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.Weights;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * What a merged model is worth: for each expert the share of the expert's gain that it misses on
 * examples of the expert's task, {@code (ℓ − ℓ(expert)) / (ℓ(base) − ℓ(expert))}. Of a classifier ℓ
 * is the loss at the best temperature: its loss as it is says as much of how sure it is as of how
 * often it is right, and of few examples accuracy is all noise. Of examples without labels ℓ is the
 * {@linkplain TeacherDistance distance} from the expert, whose own is 0; of a classifier the
 * cross-entropy of the expert's prediction, at the best temperature.
 */
public final class GainMissed {

  // An expert that gains less than this is no better than its base, and its loss counts as it is.
  private static final double LEAST_GAIN = 1e-6;

  private record Task(Expert expert, Loss loss, double own, double gain) {}

  private interface Loss {
    double of(Model model);

    /** Returns the expert's own, of which the base's follows. */
    default double own(Expert expert) {
      return of(expert.at(1));
    }
  }

  private final Engine engine;
  private final SegmentAllocator memory;
  private final ModelRunner.LayerListener listener;
  private final List<Task> tasks = new ArrayList<>();

  /**
   * Evaluates the base and the experts.
   *
   * @param batches the examples of each expert's task
   * @param memory where the states of experts are kept that say what is right
   * @param listener hears of all that runs, now and later
   * @throws dev.amalgam.core.layer.ModelException if a loss is no finite number
   */
  public GainMissed(
      List<Expert> experts,
      List<List<Batch>> batches,
      Engine engine,
      SegmentAllocator memory,
      ModelRunner.LayerListener listener) {
    this.engine = engine;
    this.memory = memory;
    this.listener = listener;
    for (int i = 0; i < experts.size(); i++) {
      Expert expert = experts.get(i);
      Loss loss = loss(expert, batches.get(i));
      double own = new FiniteEvidence(expert, 1).checkLoss(loss.own(expert));
      double gain = new FiniteEvidence(expert, 0).checkLoss(loss.of(expert.at(0))) - own;
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

  private Loss loss(Expert expert, List<Batch> batches) {
    ModelRunner own = runner(expert.at(1));
    ExampleLoss loss = ExampleLoss.of(own, batches, memory);
    boolean labelled = loss == ExampleLoss.CROSS_ENTROPY;
    return switch (own.model().head().kind()) {
      case FEATURES -> new FromTeacher((TeacherDistance) loss, batches);
      case CLASS -> labelled ? other -> ofLabels(other, batches) : new OfClasses(own, batches);
      case NEXT_TOKEN, MASKED_TOKEN, TAG, SPAN, LABELS, NUMBERS ->
          labelled
              ? other -> mean(loss, runner(other), batches)
              : new FromTeacher((TeacherDistance) loss, batches);
    };
  }

  /** The distance from a teacher. */
  private final class FromTeacher implements Loss {
    private final TeacherDistance distance;
    private final List<Batch> batches;

    FromTeacher(TeacherDistance distance, List<Batch> batches) {
      this.distance = distance;
      this.batches = batches;
    }

    @Override
    public double of(Model model) {
      return model.head().kind() == Targets.Kind.FEATURES
          ? TaskLoss.mean(distance, runner(model), batches)
          : mean(distance, runner(model), batches);
    }

    @Override
    public double own(Expert expert) {
      return distance.own(batches);
    }
  }

  /** The cross-entropy of a classifier's own prediction. */
  private final class OfClasses implements Loss {
    private final List<Batch> batches;
    private final List<float[]> wanted;

    OfClasses(ModelRunner expert, List<Batch> batches) {
      this.batches = batches;
      this.wanted = TemperatureScaling.logits(expert, batches);
    }

    private double of(List<float[]> logits) {
      TemperatureScaling scaling = new TemperatureScaling();
      for (int i = 0; i < wanted.size(); i++) {
        scaling.add(logits.get(i), wanted.get(i));
      }
      return scaling.loss();
    }

    @Override
    public double of(Model model) {
      return of(TemperatureScaling.logits(runner(model), batches));
    }

    @Override
    public double own(Expert expert) {
      return of(wanted);
    }
  }

  private double ofLabels(Model model, List<Batch> batches) {
    TemperatureScaling scaling = new TemperatureScaling();
    batches.forEach(batch -> scaling.losses(runner(model), batch));
    return scaling.loss();
  }

  private ModelRunner runner(Model model) {
    return new ModelRunner(model, engine, listener);
  }

  /** Returns the mean of the examples' losses. */
  private static double mean(ExampleLoss loss, ModelRunner runner, List<Batch> batches) {
    double sum = 0;
    int examples = 0;
    for (Batch batch : batches) {
      for (double mean : loss.of(runner, batch).means()) {
        sum += mean;
        examples++;
      }
    }
    return sum / examples;
  }
}
