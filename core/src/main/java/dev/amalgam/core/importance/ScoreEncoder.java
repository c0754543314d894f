package dev.amalgam.core.importance;

import dev.amalgam.core.kernel.Conversion;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/** Importance scores as they are stored, piece by piece; for one thread. */
public final class ScoreEncoder implements AutoCloseable {

  /** The most scores of a piece. */
  public static final int MOST = 1 << 16;

  private final ImportanceScores scores;
  private final DType dtype;
  private final Optional<FineTuned> magnitudes;
  private final Conversion conversion = Kernels.get().conversion();
  private final ReadBuffer buffer = new ReadBuffer(Kernels.get());
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment bytes = arena.allocate((long) MOST * Float.BYTES, 64);
  private final float[] values = new float[MOST];
  private final float[] delta = new float[MOST];

  /**
   * Allocates what a piece needs.
   *
   * @param dtype of no more than four bytes
   * @param magnitudes the model whose deltas' magnitudes multiply the scores of their elements, if
   *     any do
   */
  public ScoreEncoder(ImportanceScores scores, DType dtype, Optional<FineTuned> magnitudes) {
    this.scores = scores;
    this.dtype = dtype;
    this.magnitudes = magnitudes;
  }

  /**
   * Returns the stored bytes of scores {@code from} to {@code from + count − 1} of a name, until
   * the next call: the product with a magnitude is float32, and is rounded to nearest even.
   *
   * @param count at most {@link #MOST}
   */
  public MemorySegment encode(String name, long from, int count) {
    Objects.checkIndex(count, MOST + 1);
    scores.read(name, from, count, values);
    if (magnitudes.isPresent()) {
      Weight weight = magnitudes.get().delta(name).orElseThrow();
      weight.read(from, count, delta, 0, buffer);
      for (int i = 0; i < count; i++) {
        values[i] *= Math.abs(delta[i]);
      }
    }
    MemorySegment encoded = bytes.asSlice(0, dtype.bytes(count));
    conversion.encode(dtype, values, count, encoded, 0);
    return encoded;
  }

  @Override
  public void close() {
    arena.close();
    buffer.close();
  }
}
