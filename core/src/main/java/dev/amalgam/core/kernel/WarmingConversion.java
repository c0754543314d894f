package dev.amalgam.core.kernel;

import dev.amalgam.core.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The SIMD conversion, and the scalar one as long as the other is not compiled. */
final class WarmingConversion implements Conversion {

  private static final int REHEARSED = 300;

  private final Conversion scalar;
  private final Conversion simd;
  private final Warmup decoding;
  private final Warmup encoding;

  WarmingConversion(Conversion scalar, Conversion simd) {
    this.scalar = scalar;
    this.simd = simd;
    // Only BF16 has vector code of its own.
    MemorySegment bytes = Arena.ofAuto().allocate(DType.BF16.bytes(REHEARSED));
    float[] values = new float[REHEARSED];
    this.decoding = new Warmup(() -> simd.decode(DType.BF16, bytes, 0, values, REHEARSED));
    float[] source = new float[REHEARSED];
    MemorySegment target = Arena.ofAuto().allocate(DType.BF16.bytes(REHEARSED));
    this.encoding = new Warmup(() -> simd.encode(DType.BF16, source, REHEARSED, target, 0));
  }

  /** Starts both rehearsals, if they have not started. */
  void start() {
    decoding.isDone();
    encoding.isDone();
  }

  @Override
  public void decode(
      DType dtype, MemorySegment source, long offset, float[] target, int at, int count) {
    (decoding.isDone() ? simd : scalar).decode(dtype, source, offset, target, at, count);
  }

  @Override
  public void encode(DType dtype, float[] source, int count, MemorySegment target, long offset) {
    (encoding.isDone() ? simd : scalar).encode(dtype, source, count, target, offset);
  }
}
