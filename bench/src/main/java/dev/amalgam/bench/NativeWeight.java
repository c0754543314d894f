package dev.amalgam.bench;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.ResidentWeight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A random weight in native memory. */
final class NativeWeight {

  private NativeWeight() {}

  static ResidentWeight random(DType dtype, int rows, int columns) {
    TensorInfo tensor = new TensorInfo("w", dtype, Shape.of(rows, columns));
    MemorySegment bytes = Arena.ofAuto().allocate(tensor.bytes(), 64);
    long elements = tensor.shape().elements();
    float[] block = Block.weights(3);
    for (long start = 0; start < elements; start += block.length) {
      int count = (int) Math.min(block.length, elements - start);
      Kernels.get().conversion().encode(dtype, block, count, bytes, dtype.bytes(start));
    }
    return new ResidentWeight(tensor, bytes);
  }
}
