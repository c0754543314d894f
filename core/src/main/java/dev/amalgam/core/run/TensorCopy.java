package dev.amalgam.core.run;

import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.plan.TensorPlan;
import dev.amalgam.core.plan.TensorSource;
import dev.amalgam.core.tensor.CheckpointSink;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.MemorySegment;

/**
 * Copies a tensor: byte for byte, or number by number where its type changes.
 *
 * @param check is shown the numbers
 */
record TensorCopy(
    TensorPlan.Copied copied, FiniteCheck check, CheckpointSink sink, ProgressListener progress) {

  void run(Workers<Workspace> workers) {
    if (!copied.isExact()) {
      convert(workers);
    } else if (check.looks() && copied.output().dtype().isArithmetic()) {
      copyNumbers(workers);
    } else {
      copyBytes(workers);
    }
  }

  private void convert(Workers<Workspace> workers) {
    TensorInfo output = copied.output();
    Blocks blocks = Blocks.of(output.shape().elements(), 1);
    workers.run(
        blocks.count(),
        (workspace, index) -> {
          long start = blocks.start(index);
          int count = blocks.length(index);
          workspace.read(copied.source(), start, workspace.out(), count);
          check.input(0, workspace.out(), start, count);
          check.result(workspace.out(), start, count);
          write(workspace.encoded(output.dtype(), count), output.dtype().bytes(start));
        });
  }

  private void copyNumbers(Workers<Workspace> workers) {
    DType dtype = copied.output().dtype();
    Blocks blocks = Blocks.of(copied.output().shape().elements(), 1);
    workers.run(
        blocks.count(),
        (workspace, index) -> {
          long start = blocks.start(index);
          int count = blocks.length(index);
          MemorySegment bytes = workspace.stored(dtype.bytes(count));
          read(bytes, dtype.bytes(start));
          workspace.decode(dtype, bytes, workspace.out(), count);
          check.input(0, workspace.out(), start, count);
          write(bytes, dtype.bytes(start));
        });
  }

  private void copyBytes(Workers<Workspace> workers) {
    Blocks blocks = new Blocks(copied.output().bytes(), Blocks.LENGTH * Long.BYTES);
    workers.run(
        blocks.count(),
        (workspace, index) -> {
          MemorySegment bytes = workspace.stored(blocks.length(index));
          read(bytes, blocks.start(index));
          write(bytes, blocks.start(index));
        });
  }

  private void read(MemorySegment bytes, long offset) {
    TensorSource source = copied.source();
    source.checkpoint().read(source.tensor().name(), offset, bytes);
  }

  private void write(MemorySegment bytes, long offset) {
    sink.write(copied.output().name(), offset, bytes);
    progress.advanced(bytes.byteSize());
  }
}
