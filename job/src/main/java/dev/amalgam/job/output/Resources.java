package dev.amalgam.job.output;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.job.api.MergeSummary;
import java.util.Optional;

/** Whether disk and memory suffice for a merge. */
public final class Resources {

  // Headers, index, tokenizer and card: generous, and small beside any checkpoint.
  private static final long SMALL_FILES_BYTES = 64 << 20;

  private Resources() {}

  /**
   * Checks what a merge needs.
   *
   * @param heapBytes the most that the heap may grow to
   * @throws CheckpointException if disk or memory do not suffice
   */
  public static void check(MergeSummary merge, long heapBytes) {
    long disk = merge.outputBytes() + merge.intermediateBytes() + SMALL_FILES_BYTES;
    if (merge.output().isPresent() && disk > merge.freeBytes()) {
      throw new CheckpointException(
          "%s: the merged model needs %d MB, but only %d MB are free there; free some space or choose another disk"
              .formatted(merge.output().get(), disk / 1_000_000, merge.freeBytes() / 1_000_000));
    }
    if (merge.memoryBytes() > heapBytes) {
      throw new CheckpointException(
          "the merge needs buffers of %d MB, but the heap is limited to %d MB; use fewer --threads or a larger heap (JAVA_TOOL_OPTIONS=-Xmx…)"
              .formatted(merge.memoryBytes() / 1_000_000, heapBytes / 1_000_000));
    }
  }

  /** Returns the warning that the loops of this process are slow, if they are. */
  public static Optional<String> slowness(Kernels kernels) {
    return kernels.vectorBits() > 0
        ? Optional.empty()
        : Optional.of(
            "the Vector API cannot be used (it needs --add-modules jdk.incubator.vector, a"
                + " processor with vectors, and the JVM's optimizing compiler), so plain loops do"
                + " the work: the result is the same, but takes longer");
  }
}
