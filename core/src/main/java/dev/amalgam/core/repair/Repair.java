package dev.amalgam.core.repair;

import dev.amalgam.core.importance.Expert;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Distillation;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.model.ModelRunner;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves the coefficients of a {@link MergedModel} until it predicts, on the texts of each task,
 * what the task's expert predicts. The loss is, over T tasks with weights v and the texts of a
 * step,
 *
 * <pre>
 * L = Σ v/T · mean over targets of KL(expert ‖ merged)
 * </pre>
 *
 * <p>and of encoders, whose tasks are of weight 1, the same and the mean squares of the differences
 * of the last states and of what the head's transform makes of them, each relative to the variance
 * of the expert's.
 *
 * <p>Labels are not looked at. Nothing of it depends on threads, vectors or the memory that there
 * is: which texts run together is part of the method.
 */
public final class Repair {

  /**
   * How coefficients are moved.
   *
   * @param steps how many steps
   * @param rate the rate of the first; it falls linearly to a tenth
   * @param texts how many texts of each task a step looks at
   * @param seed of the order of texts
   * @param batchTokens the most tokens that run together
   * @param room the bytes that states which are kept for a backward pass may take
   */
  public record Settings(
      int steps, double rate, int texts, long seed, int batchTokens, long room) {}

  /**
   * A task.
   *
   * @param expert its expert
   * @param strength with how much of its delta the expert teaches
   * @param texts on which it does
   * @param weight what its loss counts
   * @param predicts whether predictions are taught
   * @param features whether states are taught too
   */
  public record Task(
      Expert expert,
      float strength,
      List<Example> texts,
      double weight,
      boolean predicts,
      boolean features) {

    /** Copies the list. */
    public Task {
      texts = List.copyOf(texts);
    }
  }

  /**
   * How far a repair is.
   *
   * @param steps how many steps have been made
   * @param values the coefficients
   * @param means of gradients, as Adam has them
   * @param squares of gradients, as Adam has them
   */
  public record State(int steps, float[] values, float[] means, float[] squares) {}

  private static final double LAST_RATE = 0.1;

  private final MergedModel merged;
  private final Settings settings;
  private final Engine engine;
  private final List<Lesson> lessons;
  private final List<ModelRunner> runners = new ArrayList<>();
  private final List<TextOrder> orders = new ArrayList<>();
  private final CoefficientGradient gradient;
  private final Adam adam;
  private int step;

  /**
   * Begins a repair.
   *
   * @param merged whose coefficients are moved
   * @param lessons what is taught
   */
  public Repair(
      MergedModel merged,
      List<Lesson> lessons,
      Settings settings,
      Engine engine,
      ModelRunner.LayerListener listener) {
    this.merged = merged;
    this.settings = settings;
    this.engine = engine;
    this.lessons = List.copyOf(lessons);
    for (int t = 0; t < lessons.size(); t++) {
      Task task = lessons.get(t).task();
      runners.add(new ModelRunner(merged.on(task.expert()).at(0), engine, listener));
      orders.add(new TextOrder(settings.seed(), t, task.texts().size()));
    }
    this.gradient = new CoefficientGradient(merged, engine);
    this.adam = new Adam(merged.coefficients().values());
  }

  /** Returns how far it is; the arrays are those that are moved. */
  public State state() {
    return new State(step, merged.coefficients().values(), adam.means(), adam.squares());
  }

  /** Goes on, from the beginning, where another repair of the same was. */
  public void resume(State state) {
    copy(state.values(), merged.coefficients().values());
    copy(state.means(), adam.means());
    copy(state.squares(), adam.squares());
    adam.resume(state.steps());
    for (step = 0; step < state.steps(); step++) {
      orders.forEach(order -> order.next(settings.texts()));
    }
  }

  private static void copy(float[] from, float[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }

  /** Returns how many steps have been made. */
  public int steps() {
    return step;
  }

  /**
   * Looks at some texts of each task, and moves all coefficients.
   *
   * @return the loss of each task on these texts, without its weight, before the move
   */
  public double[] step() {
    double[] losses = new double[lessons.size()];
    gradient.clear();
    for (int t = 0; t < losses.length; t++) {
      losses[t] = teach(t, orders.get(t).next(settings.texts()));
    }
    adam.step(gradient.sums(), rate());
    step++;
    return losses;
  }

  private double rate() {
    return settings.rate() * (1 - (1 - LAST_RATE) * step / settings.steps());
  }

  /** Adds the gradient of a task's loss on some of its texts, and returns the loss. */
  private double teach(int t, List<Integer> texts) {
    Teacher teacher = lessons.get(t).teacher();
    Teacher.Factors factors = factors(t, texts);
    double loss = 0;
    int from = 0;
    for (Batch batch :
        Batch.gather(texts.stream().map(teacher.texts()::get).toList(), settings.batchTokens())) {
      int mark = engine.memory().mark();
      List<Integer> own = texts.subList(from, from + batch.examples().size());
      Distillation wanted = teacher.wanted(own, factors, engine);
      loss += runners.get(t).distill(batch, wanted, settings.room(), gradient);
      engine.memory().release(mark);
      from += batch.examples().size();
    }
    return loss / lessons.get(t).task().weight() * lessons.size();
  }

  private Teacher.Factors factors(int t, List<Integer> texts) {
    Teacher teacher = lessons.get(t).teacher();
    Task task = lessons.get(t).task();
    long tokens = 0;
    long targets = 0;
    long rows = 0;
    for (int text : texts) {
      tokens += teacher.texts().get(text).length();
      targets += teacher.targets(text);
      rows += teacher.rows(text);
    }
    double weight = task.weight() / lessons.size();
    return new Teacher.Factors(
        task.predicts() ? (float) (weight / targets) : 0,
        task.features() ? (float) (weight / tokens / teacher.width() / teacher.variance()) : 0,
        task.features() && rows > 0
            ? (float) (weight / rows / teacher.pooledWidth() / teacher.pooledVariance())
            : 0);
  }

  /** Returns the sums of gradients of the last step, laid out as the coefficients are. */
  public double[] gradient() {
    return gradient.sums();
  }
}
