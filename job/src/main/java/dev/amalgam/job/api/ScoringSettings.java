package dev.amalgam.job.api;

import dev.amalgam.core.importance.ImportanceSettings;
import dev.amalgam.core.tensor.DType;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How importance is worked out. Batches, memory and threads have no bearing on any result.
 *
 * @param importance level, estimator, point and aggregate
 * @param magnitude whether scores of elements are multiplied by the magnitude of their delta
 * @param examples the most examples
 * @param maxLength the most tokens of an example; if absent, what the model was made for
 * @param seed of a random choice of examples; without one, the first are taken
 * @param batchTokens the most tokens that run through the model together
 * @param dtype of importance: F32, or BF16 at the level of elements
 * @param threads the number of worker threads, at least 1
 */
public record ScoringSettings(
    ImportanceSettings importance,
    boolean magnitude,
    int examples,
    OptionalInt maxLength,
    OptionalLong seed,
    int batchTokens,
    DType dtype,
    int threads) {

  /** The {@code batchTokens} that suits most: enough to keep the processor busy. */
  public static final int BATCH_TOKENS = 2048;

  /**
   * Returns what holds unless it is said otherwise: {@link ImportanceSettings#defaults()}, plain
   * effects, the first 32 examples, as long as the model allows, stored as F32; all processors.
   */
  public static ScoringSettings defaults() {
    return new ScoringSettings(
        ImportanceSettings.defaults(),
        false,
        32,
        OptionalInt.empty(),
        OptionalLong.empty(),
        BATCH_TOKENS,
        DType.F32,
        Runtime.getRuntime().availableProcessors());
  }

  /** Returns the same with importance worked out in another way. */
  public ScoringSettings with(ImportanceSettings other) {
    return new ScoringSettings(
        other, magnitude, examples, maxLength, seed, batchTokens, dtype, threads);
  }

  /** Returns the same with another most number of examples. */
  public ScoringSettings withExamples(int most) {
    return new ScoringSettings(
        importance, magnitude, most, maxLength, seed, batchTokens, dtype, threads);
  }

  /**
   * Returns the same with another most number of tokens; absent for what the model was made for.
   */
  public ScoringSettings withMaxLength(OptionalInt most) {
    return new ScoringSettings(
        importance, magnitude, examples, most, seed, batchTokens, dtype, threads);
  }

  /** Returns the same with another number of threads. */
  public ScoringSettings withThreads(int other) {
    return new ScoringSettings(
        importance, magnitude, examples, maxLength, seed, batchTokens, dtype, other);
  }
}
