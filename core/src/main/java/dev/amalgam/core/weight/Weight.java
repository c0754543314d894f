package dev.amalgam.core.weight;

import dev.amalgam.core.tensor.Shape;

/** A parameter tensor, or rows of one, whose values are read by range, from any thread. */
public interface Weight {

  /** Returns the name of the tensor in its checkpoint. */
  String name();

  /** Returns its dimensions. */
  Shape shape();

  /** Returns the whole tensor, if this is {@linkplain WeightRows rows} of one, else this. */
  default Weight whole() {
    return this;
  }

  /** Returns which element of the whole tensor is the first of these. */
  default long firstElement() {
    return 0;
  }

  /** Returns the same part of another tensor of the whole one's shape. */
  default Weight in(Weight other) {
    return other;
  }

  /**
   * Reads elements {@code from} to {@code from + count − 1}, in row-major order, as float32 into
   * {@code target[at .. at + count)}.
   *
   * @param buffer the calling thread's
   * @throws dev.amalgam.core.tensor.CheckpointException if the stored bytes cannot be read
   */
  void read(long from, int count, float[] target, int at, ReadBuffer buffer);
}
