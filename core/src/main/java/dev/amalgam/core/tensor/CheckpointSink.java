package dev.amalgam.core.tensor;

import java.lang.foreign.MemorySegment;

/**
 * Where an executor puts the tensors of a new checkpoint. The sink knows their names, types, shapes
 * and order from the start.
 */
public interface CheckpointSink {

  /**
   * Writes stored bytes of a tensor. Ranges may arrive in any order and from several threads at
   * once; each byte is written exactly once.
   *
   * @param tensor the tensor's name
   * @param offset the first byte's place in the tensor's data
   * @param bytes native memory, written whole
   * @throws CheckpointException if the bytes cannot be written
   */
  void write(String tensor, long offset, MemorySegment bytes);

  /** Tells that every byte of {@code tensor} has been written. Called in the sink's order. */
  void completed(String tensor);
}
