package dev.amalgam.core.weight;

import dev.amalgam.core.tensor.Shape;

/** A parameter tensor whose values are read by range, from any thread. */
public interface Weight {

  /** Returns the name of the tensor in its checkpoint. */
  String name();

  /** Returns its dimensions. */
  Shape shape();

  /**
   * Reads elements {@code from} to {@code from + count − 1}, in row-major order, as float32 into
   * {@code target[at .. at + count)}.
   *
   * @param buffer the calling thread's
   * @throws dev.amalgam.core.tensor.CheckpointException if the stored bytes cannot be read
   */
  void read(long from, int count, float[] target, int at, ReadBuffer buffer);
}
