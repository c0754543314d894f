package dev.amalgam.job.api;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a model is evaluated. Batches and threads have no bearing on any result.
 *
 * @param head the folder of the model whose task head is taken, if not the model's own
 * @param maxLength the most tokens of an example; if absent, what the model was made for
 * @param batchTokens the most tokens that run through the model together; a longer example runs
 *     alone
 * @param threads the number of worker threads, at least 1
 * @param logits the new file to which the logits are written, if any
 */
public record EvalSettings(
    Optional<Path> head,
    OptionalInt maxLength,
    int batchTokens,
    int threads,
    Optional<Path> logits) {

  /** The {@code batchTokens} that suits most: a few thousand tokens keep the processor busy. */
  public static final int BATCH_TOKENS = 4096;

  /**
   * Returns what holds unless it is said otherwise: the model's own head and length, {@link
   * #BATCH_TOKENS}, all processors, no logits.
   */
  public static EvalSettings defaults() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new EvalSettings(
        Optional.empty(), OptionalInt.empty(), BATCH_TOKENS, processors, Optional.empty());
  }

  /** Returns the same with the task head of the model in another folder. */
  public EvalSettings withHead(Path folder) {
    return new EvalSettings(Optional.of(folder), maxLength, batchTokens, threads, logits);
  }

  /** Returns the same with texts cut to so many tokens. */
  public EvalSettings withMaxLength(int tokens) {
    return new EvalSettings(head, OptionalInt.of(tokens), batchTokens, threads, logits);
  }

  /** Returns the same with another number of threads. */
  public EvalSettings withThreads(int other) {
    return new EvalSettings(head, maxLength, batchTokens, other, logits);
  }

  /** Returns the same, the logits written to a new file. */
  public EvalSettings withLogits(Path file) {
    return new EvalSettings(head, maxLength, batchTokens, threads, Optional.of(file));
  }
}
