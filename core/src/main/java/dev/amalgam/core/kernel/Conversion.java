package dev.amalgam.core.kernel;

import dev.amalgam.core.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * Conversion between stored elements (little-endian, native memory) and float32.
 *
 * <p>Decoding is exact but for F64, which is rounded to nearest even. Encoding rounds to nearest
 * even, once, and equals PyTorch 2.13's {@code .to(dtype)}: values beyond a type's range become
 * infinite, but in F8_E4M3, which has no infinity, they and infinities become ±448 (PyTorch before
 * 2.12 made them NaN). NaN stays NaN; in BF16 and F32 its upper payload bits are kept.
 *
 * <p>Segments are native memory. Heap segments work too, but where a process uses both, the
 * compiler can no longer assume one kind and every conversion becomes slower.
 *
 * <p>The twins give equal bits.
 */
public interface Conversion {

  /**
   * Decodes {@code count} elements of {@code dtype} that start at byte {@code offset} of {@code
   * source} into {@code target[0 .. count)}.
   *
   * @throws IllegalArgumentException if {@code dtype} is not {@linkplain DType#isArithmetic()
   *     arithmetic}
   */
  default void decode(DType dtype, MemorySegment source, long offset, float[] target, int count) {
    decode(dtype, source, offset, target, 0, count);
  }

  /** As the other method of this name, into {@code target[at .. at + count)}. */
  void decode(DType dtype, MemorySegment source, long offset, float[] target, int at, int count);

  /**
   * Encodes {@code source[0 .. count)} as {@code dtype} from byte {@code offset} of {@code target}
   * on.
   *
   * @throws IllegalArgumentException if {@code dtype} is not {@linkplain DType#isArithmetic()
   *     arithmetic}
   */
  void encode(DType dtype, float[] source, int count, MemorySegment target, long offset);
}
