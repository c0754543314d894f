package dev.amalgam.core.run;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.merge.PreparedMethod;
import dev.amalgam.core.merge.Trials;
import dev.amalgam.core.plan.MergePlan;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.NativeCheckpoint;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.SegmentAllocator;
import java.util.List;

/** Merges all tensors of a plan by one candidate after the other, each over the last one's. */
public final class MergeTrials implements Trials {

  private final MergePlan plan;
  private final int threads;
  private final SegmentAllocator memory;
  private final List<String> order;
  private NativeCheckpoint merged;

  /**
   * Creates nothing yet.
   *
   * @param threads the number of worker threads, at least 1
   * @param memory where merged models are, for as long as they are used
   */
  public MergeTrials(MergePlan plan, int threads, SegmentAllocator memory) {
    // A trial may break the model: that is what it finds out.
    this.plan = plan.allowingNonFinite();
    this.threads = threads;
    this.memory = memory;
    this.order = plan.outputs().stream().map(TensorInfo::name).toList();
  }

  @Override
  public Checkpoint merge(PreparedMethod candidate) {
    if (merged == null) {
      merged = new NativeCheckpoint("the merged model", plan.outputs(), memory);
    }
    new MergeExecutor(plan, candidate, threads, Kernels.get())
        .run(order, merged, ProgressListener.NONE);
    return merged;
  }

  @Override
  public Checkpoint keep(PreparedMethod candidate, SegmentAllocator into) {
    MergePlan wide = plan.widened();
    NativeCheckpoint kept = new NativeCheckpoint("the merged model", wide.outputs(), into);
    new MergeExecutor(wide, candidate, threads, Kernels.get())
        .run(order, kept, ProgressListener.NONE);
    return kept;
  }
}
