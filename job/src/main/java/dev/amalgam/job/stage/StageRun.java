package dev.amalgam.job.stage;

import dev.amalgam.core.run.MergeExecutor;
import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.core.tensor.NativeCheckpoint;
import dev.amalgam.job.output.MappedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes tensors of stages as the last merge comes to want them, and drops them after their last
 * use. Small ones are in memory, others in a hidden file beside the output.
 */
public final class StageRun implements AutoCloseable {

  private final StageSchedule schedule;
  private final Path output;
  private final Map<StageResult, MergeExecutor> executors;
  private final Map<StageResult, MergeExecutor.Run> runs = new HashMap<>();
  private final Map<StageTensor, Runnable> frees = new HashMap<>();

  /**
   * Prepares the run.
   *
   * @param output the folder beside which hidden files go
   */
  public StageRun(StageSchedule schedule, Map<StageResult, MergeExecutor> executors, Path output) {
    this.schedule = schedule;
    this.executors = executors;
    this.output = output;
  }

  /** Makes what a tensor of the last merge is the first to want, if that has not been done. */
  public void makeFor(String tensor, ProgressListener progress) {
    schedule.before(tensor).stream()
        .filter(wanted -> !frees.containsKey(wanted))
        .forEach(wanted -> make(wanted, progress));
  }

  private void make(StageTensor wanted, ProgressListener progress) {
    StageResult stage = wanted.stage();
    String name = wanted.tensor().name();
    var checkpoint = new NativeCheckpoint(stage.name(), List.of(wanted.tensor()), room(wanted));
    runs.computeIfAbsent(stage, _ -> executors.get(stage).start())
        .merge(name, checkpoint, progress);
    stage.made(name, checkpoint);
  }

  private SegmentAllocator room(StageTensor wanted) {
    if (schedule.isInMemory(wanted)) {
      Arena arena = Arena.ofShared();
      frees.put(wanted, arena::close);
      return arena;
    }
    MappedMemory mapped = MappedMemory.beside(output);
    frees.put(wanted, mapped::close);
    return mapped;
  }

  /** Drops what a tensor of the last merge was the last to want. */
  public void dropAfter(String tensor) {
    schedule.after(tensor).forEach(this::drop);
  }

  private void drop(StageTensor tensor) {
    tensor.stage().dropped(tensor.tensor().name());
    frees.remove(tensor).run();
  }

  @Override
  public void close() {
    runs.values().forEach(MergeExecutor.Run::close);
    List.copyOf(frees.keySet()).forEach(this::drop);
  }
}
