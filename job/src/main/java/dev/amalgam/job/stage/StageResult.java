package dev.amalgam.job.stage;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.name.RenamedCheckpoint;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.TensorPlan;
import dev.amalgam.core.plan.TensorSource;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.vocabulary.RearrangedCheckpoint;
import dev.amalgam.core.vocabulary.TiedCheckpoint;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The result of a stage, a checkpoint before it is made: its headers follow from the plan. A tensor
 * that the stage copies is read where it is copied from; one that is merged can be read from when
 * it is made until it is dropped.
 */
public final class StageResult implements Checkpoint {

  private final String name;
  private final MergePlan plan;
  private final Map<String, DType> usualTypes = new HashMap<>();
  private final Map<String, TensorPlan> tensors = new HashMap<>();
  private final Map<String, Checkpoint> made = new ConcurrentHashMap<>();

  /**
   * Creates the result.
   *
   * @param plan the stage's plan as it would be, were it the only one
   * @param exact whether results are kept in more bits than the plan says
   */
  StageResult(String name, MergePlan plan, boolean exact) {
    this.name = name;
    this.plan = exact ? plan.widened() : plan;
    plan.outputs().forEach(tensor -> usualTypes.put(tensor.name(), tensor.dtype()));
    this.plan.tensors().forEach(tensor -> tensors.put(tensor.output().name(), tensor));
  }

  /** Returns the plan by which the tensors are made. */
  MergePlan plan() {
    return plan;
  }

  /** Adds what must be made before a tensor of a checkpoint can be read, in that order. */
  static void addMaking(Checkpoint checkpoint, String tensor, SequencedSet<StageTensor> making) {
    switch (checkpoint) {
      case StageResult result -> result.addMaking(tensor, making);
      case RearrangedCheckpoint view ->
          view.stored(tensor)
              .forEach(stored -> addMaking(stored.checkpoint(), stored.tensor(), making));
      case RenamedCheckpoint view -> addMaking(view.stored(), view.own(tensor).name(), making);
      case TiedCheckpoint view -> addMaking(view.own(), view.storedName(tensor), making);
      default -> {}
    }
  }

  private void addMaking(String tensor, SequencedSet<StageTensor> making) {
    TensorSource source = source(tensor);
    if (source != null) {
      addMaking(source.checkpoint(), source.tensor().name(), making);
      return;
    }
    TensorPlan made = tensors.get(tensor);
    StageTensor itself = new StageTensor(this, made.output());
    if (!making.contains(itself)) {
      made.sources().forEach(input -> addMaking(input.checkpoint(), input.tensor().name(), making));
      making.add(itself);
    }
  }

  /** Tells where a tensor is from now on. */
  void made(String tensor, Checkpoint where) {
    made.put(tensor, where);
  }

  /** Tells that a tensor is gone. */
  void dropped(String tensor) {
    made.remove(tensor);
  }

  /** Returns what a tensor is copied from byte for byte, or null if it must be made. */
  private TensorSource source(String tensor) {
    return tensors.get(tensor) instanceof TensorPlan.Copied copied && copied.isExact()
        ? copied.source()
        : null;
  }

  @Override
  public String name() {
    return "stage " + quote(name);
  }

  @Override
  public List<TensorInfo> tensors() {
    return plan.outputs();
  }

  @Override
  public Optional<TensorInfo> find(String tensor) {
    return Optional.ofNullable(tensors.get(tensor)).map(TensorPlan::output);
  }

  @Override
  public DType usualType(TensorInfo tensor) {
    return usualTypes.get(tensor.name());
  }

  @Override
  public void read(String tensor, long offset, MemorySegment into) {
    TensorSource source = source(tensor);
    if (source != null) {
      source.checkpoint().read(source.tensor().name(), offset, into);
    } else {
      Checkpoint where = made.get(tensor);
      if (where == null) {
        throw new IllegalStateException(name + " has not made " + tensor);
      }
      where.read(tensor, offset, into);
    }
  }

  /** Does nothing: what is made belongs to whoever made it. */
  @Override
  public void close() {}
}
