package dev.amalgam.core.run;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.kernel.Reduction;
import dev.amalgam.core.plan.TensorSource;
import dev.amalgam.core.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The memory of one worker: a block, an output array, and a native buffer for stored bytes. */
final class Workspace implements AutoCloseable {

  private final Arena arena = Arena.ofShared();
  private final Kernels kernels;
  private final Reduction reduction = new Reduction();
  private final Block block;
  private final float[] out;
  private final MemorySegment stored;

  Workspace(Kernels kernels, int capacity, int experts) {
    this.kernels = kernels;
    this.block = new Block(kernels, capacity, experts);
    this.out = new float[capacity];
    this.stored = arena.allocate((long) capacity * Long.BYTES, 64);
  }

  Block block() {
    return block;
  }

  Reduction reduction() {
    return reduction;
  }

  float[] out() {
    return out;
  }

  /** Returns the first {@code bytes} of the native buffer. */
  MemorySegment stored(long bytes) {
    return stored.asSlice(0, bytes);
  }

  /** Reads and decodes {@code count} elements from element {@code start} on. */
  void read(TensorSource source, long start, float[] into, int count) {
    DType dtype = source.tensor().dtype();
    MemorySegment bytes = stored(dtype.bytes(count));
    source.checkpoint().read(source.tensor().name(), dtype.bytes(start), bytes);
    decode(dtype, bytes, into, count);
  }

  /** Decodes {@code count} elements. */
  void decode(DType dtype, MemorySegment bytes, float[] into, int count) {
    kernels.conversion().decode(dtype, bytes, 0, into, count);
  }

  /** Returns {@code out[0 .. count)} encoded. */
  MemorySegment encoded(DType dtype, int count) {
    MemorySegment bytes = stored(dtype.bytes(count));
    kernels.conversion().encode(dtype, out, count, bytes, 0);
    return bytes;
  }

  @Override
  public void close() {
    block.close();
    arena.close();
  }
}
