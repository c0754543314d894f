package dev.amalgam.core.tensor;

import static dev.amalgam.core.AmalgamException.quote;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A checkpoint in native memory, or in a mapped file: a merge writes it, and a model reads it,
 * without a folder on disk.
 */
public final class NativeCheckpoint implements Checkpoint, CheckpointSink {

  private static final int ALIGNMENT = 64;

  private final String name;
  private final List<TensorInfo> tensors;
  private final Map<String, TensorInfo> byName = new LinkedHashMap<>();
  private final Map<String, MemorySegment> bytes = new LinkedHashMap<>();

  /**
   * Allocates a checkpoint, all zero or whatever the allocator gives.
   *
   * @param name what messages call it
   * @param tensors the tensors that it holds
   * @param memory where their bytes are; whoever made it frees it, when nothing reads any more
   * @throws IllegalArgumentException if two tensors have one name
   */
  public NativeCheckpoint(String name, List<TensorInfo> tensors, SegmentAllocator memory) {
    this.name = name;
    this.tensors = List.copyOf(tensors);
    for (TensorInfo tensor : tensors) {
      if (byName.put(tensor.name(), tensor) != null) {
        throw new IllegalArgumentException("two tensors are called " + tensor.name());
      }
      bytes.put(tensor.name(), memory.allocate(tensor.bytes(), ALIGNMENT));
    }
  }

  /** Returns the memory that tensors take here, padding included. */
  public static long size(List<TensorInfo> tensors) {
    return tensors.stream()
        .mapToLong(tensor -> Math.ceilDiv(tensor.bytes(), ALIGNMENT) * ALIGNMENT)
        .sum();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public Optional<TensorInfo> find(String tensor) {
    return Optional.ofNullable(byName.get(tensor));
  }

  @Override
  public void read(String tensor, long offset, MemorySegment into) {
    into.copyFrom(segment(tensor).asSlice(offset, into.byteSize()));
  }

  @Override
  public void write(String tensor, long offset, MemorySegment written) {
    segment(tensor).asSlice(offset, written.byteSize()).copyFrom(written);
  }

  /** Does nothing: what was written can be read at once. */
  @Override
  public void completed(String tensor) {}

  private MemorySegment segment(String tensor) {
    MemorySegment segment = bytes.get(tensor);
    if (segment == null) {
      throw new CheckpointException(quote(name) + " has no tensor " + quote(tensor));
    }
    return segment;
  }

  /** Does nothing: the memory belongs to whoever made it. */
  @Override
  public void close() {}
}
