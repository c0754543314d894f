package dev.amalgam.core.kernel;

import dev.amalgam.core.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * Conversion between stored elements (little-endian, native memory) and float32.
 *
 * <p>Decoding is exact but for F64, which is rounded to nearest even. Encoding rounds to nearest
 * even, once. Values beyond a type's range follow IEEE 754 and PyTorch: they become infinite, or
 * NaN in F8_E4M3, which has no infinity. NaN stays NaN; in BF16 and F32 its upper payload bits are
 * kept.
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
  void decode(DType dtype, MemorySegment source, long offset, float[] target, int count);

  /**
   * Encodes {@code source[0 .. count)} as {@code dtype} from byte {@code offset} of {@code target}
   * on.
   *
   * @throws IllegalArgumentException if {@code dtype} is not {@linkplain DType#isArithmetic()
   *     arithmetic}
   */
  void encode(DType dtype, float[] source, int count, MemorySegment target, long offset);
}
