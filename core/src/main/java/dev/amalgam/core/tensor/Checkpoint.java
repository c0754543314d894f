package dev.amalgam.core.tensor;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * A model's named tensors, readable by byte range from any thread. Only headers are held in memory.
 */
public interface Checkpoint extends AutoCloseable {

  /** Returns what messages call this checkpoint: the path that the user gave. */
  String name();

  /** Returns every tensor, shard by shard, and in each shard in the order of the bytes. */
  List<TensorInfo> tensors();

  /** Returns the tensor of this name, if there is one. */
  Optional<TensorInfo> find(String tensor);

  /**
   * Returns the element type that a merge gives a tensor where the recipe names none: the stored
   * one, but of an intermediate result, which is kept in more bits, the one it would have.
   */
  default DType usualType(TensorInfo tensor) {
    return tensor.dtype();
  }

  /**
   * Fills {@code into} with the stored bytes (little-endian) of {@code tensor}, from byte {@code
   * offset} of its data on.
   *
   * @param into native memory, filled whole
   * @throws CheckpointException if the tensor does not exist, or the file is shorter than its
   *     header said, or cannot be read
   * @throws IndexOutOfBoundsException if the range leaves the tensor
   */
  void read(String tensor, long offset, MemorySegment into);

  @Override
  void close();
}
