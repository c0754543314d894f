package dev.amalgam.core.importance;

import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Distillation;
import dev.amalgam.core.layer.GradientVisitor;
import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.layer.StateMemory;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.ModelRunner;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far a model is from its teacher on examples without labels: for each target the
 * Kullback–Leibler divergence of its prediction from the teacher's, in nats; of an encoder without
 * a head for each token the mean square of the differences of its last state. The teacher's own
 * distance is 0, and so is the gradient there.
 *
 * <p>The teacher runs once on each batch; its last states are kept, float32, and its head makes
 * predictions of them again, to the same bits. For one thread.
 */
public final class TeacherDistance implements ExampleLoss {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final ModelRunner teacher;
  private final SegmentAllocator memory;
  private final Map<Batch, MemorySegment> kept = new IdentityHashMap<>();
  private boolean finite = true;

  /**
   * Creates the distance from a teacher, which has not run yet.
   *
   * @param memory where its states are kept, which may be a mapped file
   */
  public TeacherDistance(ModelRunner teacher, SegmentAllocator memory) {
    this.teacher = teacher;
    this.memory = memory;
  }

  /**
   * Lets the teacher run on batches on which it has not yet, and returns its own distance: 0, or
   * NaN if one of its states is no finite number.
   */
  public double own(List<Batch> batches) {
    batches.forEach(this::ask);
    return finite ? 0 : Double.NaN;
  }

  private MemorySegment ask(Batch batch) {
    return kept.computeIfAbsent(batch, this::states);
  }

  private MemorySegment states(Batch batch) {
    MemorySegment[] copy = new MemorySegment[1];
    teacher.features(
        batch,
        last -> {
          int count = last.rows() * last.width();
          finite &= Elementwise.countAbove(last.data(), Float.MAX_VALUE, count) == 0;
          copy[0] = memory.allocate((long) Float.BYTES * count, Float.BYTES);
          MemorySegment.copy(last.data(), last.offset(), copy[0], FLOAT, 0, count);
        });
    return copy[0];
  }

  /** Returns the teacher's last states, a row for each token. */
  private States goal(Batch batch, StateMemory into) {
    MemorySegment states = ask(batch);
    int width = Math.toIntExact(states.byteSize() / Float.BYTES / batch.tokens());
    States goal = into.states(batch.tokens(), width);
    MemorySegment.copy(states, FLOAT, 0, goal.data(), goal.offset(), batch.tokens() * width);
    return goal;
  }

  private Head head() {
    return teacher.model().head();
  }

  @Override
  public Losses of(ModelRunner runner, Batch batch) {
    StateMemory states = runner.engine().memory();
    int mark = states.mark();
    try {
      States goal = goal(batch, states);
      return runner.evaluate(
          batch, (last, pass) -> runner.model().head().distances(last, head(), goal, pass));
    } finally {
      states.release(mark);
    }
  }

  @Override
  public Losses resume(ModelRunner runner, Batch batch, int layer, States input) {
    StateMemory states = runner.engine().memory();
    int mark = states.mark();
    try {
      States goal = goal(batch, states);
      return runner.resume(
          batch,
          layer,
          input,
          (last, pass) -> runner.model().head().distances(last, head(), goal, pass));
    } finally {
      states.release(mark);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the batch holds more than one example
   */
  @Override
  public double[] gradients(ModelRunner runner, Batch batch, long room, GradientVisitor visitor) {
    ParameterGradient.checkOneExample(batch.starts());
    StateMemory states = runner.engine().memory();
    int mark = states.mark();
    try {
      States goal = goal(batch, states);
      Targets.Kind kind = head().kind();
      boolean predicts = kind != Targets.Kind.FEATURES;
      int targets = Targets.taught(kind, batch).count();
      float prediction = predicts ? 1f / targets : 0;
      float state = predicts ? 0 : 1f / goal.rows() / goal.width();
      var wanted = new Distillation(head(), goal, prediction, state, 0);
      return new double[] {runner.distill(batch, wanted, room, visitor)};
    } finally {
      states.release(mark);
    }
  }
}
