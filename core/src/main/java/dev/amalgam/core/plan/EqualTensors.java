package dev.amalgam.core.plan;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.CheckpointException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Tensors without numbers to merge (indices, masks, packed quantised weights) are copied from one
 * input, which is right only where all inputs agree.
 */
public final class EqualTensors {

  private static final int CHUNK = 1 << 20;

  private EqualTensors() {}

  static void check(TensorSource model, List<TensorSource> others) {
    for (TensorSource other : others) {
      boolean same =
          other.equals(model)
              || (other.tensor().dtype() == model.tensor().dtype() && sameBytes(model, other));
      if (!same) {
        throw new CheckpointException(
            "%s: tensor %s (%s) differs from that of %s (%s), which holds no floating-point numbers, so it can be neither merged nor copied; if it is a quantized weight, dequantize the models first"
                .formatted(
                    other.checkpoint().name(),
                    quote(other.tensor().name()),
                    other.tensor().dtype(),
                    model.checkpoint().name(),
                    model.tensor().dtype()));
      }
    }
  }

  /** Returns whether two tensors of one element type and shape are the same, byte for byte. */
  public static boolean sameBytes(TensorSource a, TensorSource b) {
    long size = a.tensor().bytes();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment left = arena.allocate(Math.min(CHUNK, size));
      MemorySegment right = arena.allocate(Math.min(CHUNK, size));
      for (long offset = 0; offset < size; offset += CHUNK) {
        long length = Math.min(CHUNK, size - offset);
        a.checkpoint().read(a.tensor().name(), offset, left.asSlice(0, length));
        b.checkpoint().read(b.tensor().name(), offset, right.asSlice(0, length));
        if (MemorySegment.mismatch(left, 0, length, right, 0, length) >= 0) {
          return false;
        }
      }
    }
    return true;
  }
}
