package dev.amalgam.core.weight;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The native memory through which one thread reads stored elements. */
public final class ReadBuffer implements AutoCloseable {

  private static final int ELEMENTS = 1 << 16;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment stored = arena.allocate((long) ELEMENTS * Long.BYTES, 64);
  private final Kernels kernels;
  private final float[][] spare = new float[2][0];

  /** Allocates the buffer. */
  public ReadBuffer(Kernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Reads and decodes elements {@code from} to {@code from + count − 1} of a tensor into {@code
   * target[at .. at + count)}.
   */
  void read(
      Checkpoint checkpoint,
      String tensor,
      DType dtype,
      long from,
      int count,
      float[] target,
      int at) {
    for (int done = 0; done < count; done += ELEMENTS) {
      int length = Math.min(ELEMENTS, count - done);
      MemorySegment bytes = stored.asSlice(0, dtype.bytes(length));
      checkpoint.read(tensor, dtype.bytes(from + done), bytes);
      kernels.conversion().decode(dtype, bytes, 0, target, at + done, length);
    }
  }

  /** Decodes elements of a tensor whose stored bytes are in native memory. */
  void decode(DType dtype, MemorySegment bytes, long from, int count, float[] target, int at) {
    kernels.conversion().decode(dtype, bytes, dtype.bytes(from), target, at, count);
  }

  /**
   * Returns an array of at least {@code length} floats, of any content, for one read.
   *
   * @param which 0 or 1
   */
  float[] spare(int which, int length) {
    if (spare[which].length < length) {
      spare[which] = new float[length];
    }
    return spare[which];
  }

  @Override
  public void close() {
    arena.close();
  }
}
