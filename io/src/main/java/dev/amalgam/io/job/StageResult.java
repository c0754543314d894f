package dev.amalgam.io.job;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.TensorPlan;
import dev.amalgam.core.plan.TensorSource;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.vocabulary.RearrangedCheckpoint;
import dev.amalgam.io.checkpoint.CheckpointFolder;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The result of a stage, a checkpoint before it is made: its headers follow from the plan. A tensor
 * that the stage copies is read where it is copied from; only those that are merged, and that a
 * later merge reads, must be made first.
 */
final class StageResult implements Checkpoint {

  private final String name;
  private final MergePlan plan;
  private final Map<String, DType> usualTypes = new HashMap<>();
  private final Map<String, TensorPlan> tensors = new HashMap<>();
  private final Set<String> needed = new LinkedHashSet<>();
  private Optional<CheckpointFolder> made = Optional.empty();

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

  /** Tells that a tensor of a checkpoint will be read, which may be a stage's result. */
  static void need(Checkpoint checkpoint, String tensor) {
    switch (checkpoint) {
      case StageResult result -> result.need(tensor);
      case RearrangedCheckpoint view ->
          view.stored(tensor).forEach(stored -> need(stored.checkpoint(), stored.tensor()));
      default -> {}
    }
  }

  private void need(String tensor) {
    TensorSource source = source(tensor);
    if (source != null) {
      need(source.checkpoint(), source.tensor().name());
    } else if (needed.add(tensor)) {
      for (TensorSource input : tensors.get(tensor).sources()) {
        need(input.checkpoint(), input.tensor().name());
      }
    }
  }

  /** Returns the tensors that must be made. */
  List<TensorInfo> needed() {
    return needed.stream().map(tensor -> tensors.get(tensor).output()).toList();
  }

  /** Tells where the needed tensors are now. */
  void made(CheckpointFolder folder) {
    made = Optional.of(folder);
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
      made.orElseThrow(() -> new IllegalStateException(name + " is not made yet"))
          .read(tensor, offset, into);
    }
  }

  @Override
  public void close() {
    made.ifPresent(CheckpointFolder::close);
    made = Optional.empty();
  }
}
