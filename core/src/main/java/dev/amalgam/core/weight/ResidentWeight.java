package dev.amalgam.core.weight;

import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.MemorySegment;

/**
 * A weight whose stored bytes are in native memory.
 *
 * @param tensor what is stored, of an {@linkplain dev.amalgam.core.tensor.DType#isArithmetic()
 *     arithmetic} type
 * @param bytes its elements, little-endian
 */
public record ResidentWeight(TensorInfo tensor, MemorySegment bytes) implements Weight {

  @Override
  public String name() {
    return tensor.name();
  }

  @Override
  public Shape shape() {
    return tensor.shape();
  }

  @Override
  public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
    buffer.decode(tensor.dtype(), bytes, from, count, target, at);
  }
}
