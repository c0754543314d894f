package dev.amalgam.core.weight;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;

/**
 * A weight that is read from its checkpoint each time.
 *
 * @param checkpoint where it is stored
 * @param tensor what is stored, of an {@linkplain dev.amalgam.core.tensor.DType#isArithmetic()
 *     arithmetic} type
 */
public record StoredWeight(Checkpoint checkpoint, TensorInfo tensor) implements Weight {

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
    buffer.read(checkpoint, tensor.name(), tensor.dtype(), from, count, target, at);
  }
}
