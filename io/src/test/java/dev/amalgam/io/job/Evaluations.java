package dev.amalgam.io.job;

import dev.amalgam.core.run.ProgressListener;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** Runs evaluations. */
final class Evaluations {

  private Evaluations() {}

  static Evaluation run(Path model, Path data) {
    return run(model, data, settings(1, EvalJob.BATCH_TOKENS));
  }

  static Evaluation run(Path model, Path data, EvalJob.Settings settings) {
    try (EvalJob job = EvalJob.prepare(model, data, settings, ProgressListener.NONE)) {
      return job.run(ProgressListener.NONE);
    }
  }

  static EvalJob.Settings settings(int threads, int batchTokens) {
    return new EvalJob.Settings(
        Optional.empty(), OptionalInt.empty(), batchTokens, threads, Optional.empty());
  }

  static EvalJob.Settings head(Path head) {
    return new EvalJob.Settings(
        Optional.of(head), OptionalInt.empty(), EvalJob.BATCH_TOKENS, 1, Optional.empty());
  }

  static EvalJob.Settings maxLength(int length) {
    return new EvalJob.Settings(
        Optional.empty(), OptionalInt.of(length), EvalJob.BATCH_TOKENS, 2, Optional.empty());
  }

  static EvalJob.Settings logits(Path file) {
    return new EvalJob.Settings(Optional.empty(), OptionalInt.empty(), 40, 2, Optional.of(file));
  }
}
