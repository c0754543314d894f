package dev.amalgam.core.run;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.merge.PreparedMethod;
import dev.amalgam.core.merge.TensorMerge;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.plan.TensorPlan;
import dev.amalgam.core.tensor.CheckpointSink;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Carries out a merge plan. Tensors are merged one after the other, each in blocks that workers
 * take from a counter; the memory in use depends on the workers and the block, not on the model.
 */
public final class MergeExecutor {

  // Base, output, two scratch arrays of floats, one of draws and one of magnitudes.
  private static final long WORKER_BYTES_PER_ELEMENT = 6 * Float.BYTES;

  // Room for weights and for sums of many experts.
  private static final float SMALLER = 0x1p16f;

  private static final long MOST_KEPT_BYTES = 128 << 20;

  private final MergePlan plan;
  private final int threads;
  private final Kernels kernels;
  private final PreparedMethod method;

  /**
   * Creates the executor of a plan whose method asks no models.
   *
   * @param threads the number of worker threads, at least 1
   */
  public MergeExecutor(MergePlan plan, int threads, Kernels kernels) {
    this(plan, plan.method()::prepare, threads, kernels);
  }

  /**
   * Creates the executor of a plan.
   *
   * @param method the plan's, prepared
   * @param threads the number of worker threads, at least 1
   */
  public MergeExecutor(MergePlan plan, PreparedMethod method, int threads, Kernels kernels) {
    this.plan = plan;
    this.method = method;
    this.threads = threads;
    this.kernels = kernels;
  }

  /** Returns an estimate of the bytes of buffers that the run will hold at once. */
  public long estimatedMemory() {
    long perElement =
        WORKER_BYTES_PER_ELEMENT + Long.BYTES + (long) Float.BYTES * plan.mostExperts();
    return perElement * capacity() * threads + keptBytes() + heldBytes();
  }

  private long heldBytes() {
    return merged().mapToLong(TensorPlan.Merged::heldBytes).max().orElse(0);
  }

  private Stream<TensorPlan.Merged> merged() {
    return plan.tensors().stream()
        .filter(TensorPlan.Merged.class::isInstance)
        .map(TensorPlan.Merged.class::cast);
  }

  // What the largest tensor takes that is passed over more than once and small enough to be kept.
  private long keptBytes() {
    return merged()
        .filter(TensorPlan.Merged::scanned)
        .mapToLong(TensorInputs::bytes)
        .filter(bytes -> bytes <= MOST_KEPT_BYTES)
        .max()
        .orElse(0);
  }

  private int capacity() {
    return plan.tensors().stream()
        .mapToInt(t -> t instanceof TensorPlan.Merged merged ? Blocks.length(merged.unit()) : 0)
        .reduce(Blocks.LENGTH, Math::max);
  }

  /**
   * Merges tensors into {@code sink}, in the sink's order.
   *
   * @param order the names of the plan's tensors in the order in which the sink wants them
   */
  public void run(List<String> order, CheckpointSink sink, ProgressListener progress) {
    try (Run run = start()) {
      order.forEach(tensor -> run.merge(tensor, sink, progress));
    }
  }

  /** Starts workers that merge one tensor after the other. */
  public Run start() {
    return new Run();
  }

  /** Workers and their memory, ready to merge tensors of the plan, each as often as wanted. */
  public final class Run implements AutoCloseable {

    private final Map<String, TensorPlan> tensors =
        plan.tensors().stream()
            .collect(Collectors.toMap(t -> t.output().name(), Function.identity()));
    private final RandomStreams random = new RandomStreams(plan, kernels);
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final Workers<Workspace> workers;

    private Run() {
      int capacity = capacity();
      int experts = plan.mostExperts();
      memory = arena.allocate(keptBytes(), 64);
      workers = new Workers<>(threads, i -> new Workspace(kernels, capacity, experts));
    }

    /**
     * Merges one tensor into {@code sink}, whose next it is.
     *
     * @throws dev.amalgam.core.tensor.CheckpointException if an input has entries that are no
     *     finite numbers, or the result has some that are too large, and the recipe does not let
     *     them be
     */
    public void merge(String tensor, CheckpointSink sink, ProgressListener progress) {
      TensorPlan planned = tensors.get(tensor);
      FiniteCheck check = new FiniteCheck(plan.nonFinite(), planned.output(), planned.sources());
      switch (planned) {
        case TensorPlan.Copied copied -> new TensorCopy(copied, check, sink, progress).run(workers);
        case TensorPlan.Merged merged ->
            MergeExecutor.merge(
                merged,
                method.merge(merged.task(random.draws(merged))),
                new TensorInputs(merged, merged.scanned() ? memory : MemorySegment.NULL),
                check,
                workers,
                sink,
                progress);
      }
      check.finish(progress);
      sink.completed(tensor);
    }

    @Override
    public void close() {
      workers.close();
      arena.close();
    }
  }

  private static void merge(
      TensorPlan.Merged merged,
      TensorMerge merge,
      TensorInputs inputs,
      FiniteCheck check,
      Workers<Workspace> workers,
      CheckpointSink sink,
      ProgressListener progress) {
    TensorInfo output = merged.output();
    Blocks blocks = Blocks.of(output.shape().elements(), merge.unit());
    boolean scanned = false;
    for (Optional<TensorMerge.Scan> scan = merge.nextScan();
        scan.isPresent();
        scan = merge.nextScan()) {
      TensorMerge.Scan current = scan.get();
      workers.run(
          blocks.count(),
          (workspace, index) -> current.visit(inputs.load(workspace, blocks, index)));
      current.finish();
      inputs.passFinished();
      scanned = true;
    }
    SettlingProgress told = new SettlingProgress(output, progress);
    merge.settle(workers, told);
    DType dtype = output.dtype();
    boolean scalable = !scanned && merge.isHomogeneous();
    workers.run(
        blocks.count(),
        (workspace, index) -> {
          Block block = inputs.load(workspace, blocks, index);
          inputs.check(block, check);
          merge.merge(block, workspace.out());
          if (scalable && overflows(workspace.out(), block.length())) {
            mergeSmaller(merge, inputs, workspace, blocks, index);
          }
          check.result(workspace.out(), block.start(), block.length());
          MemorySegment bytes = workspace.encoded(dtype, block.length());
          sink.write(output.name(), dtype.bytes(block.start()), bytes);
          told.merged(dtype.bytes(block.start()), bytes.byteSize());
        });
  }

  private static boolean overflows(float[] out, int length) {
    return Elementwise.countAbove(out, Float.MAX_VALUE, length) > 0;
  }

  /** Merges a block whose sums overflow with inputs that are smaller by a power of two. */
  private static void mergeSmaller(
      TensorMerge merge, TensorInputs inputs, Workspace workspace, Blocks blocks, int index) {
    Block block = inputs.load(workspace, blocks, index);
    inputs.scale(block, 1 / SMALLER);
    merge.merge(block, workspace.out());
    Elementwise.scale(workspace.out(), SMALLER, block.length());
  }
}
