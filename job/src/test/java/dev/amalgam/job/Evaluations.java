package dev.amalgam.job;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.Evaluation;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** Runs evaluations. */
final class Evaluations {

  private Evaluations() {}

  static Evaluation run(Path model, Path data) {
    return run(model, data, settings(1, EvalSettings.BATCH_TOKENS));
  }

  static Evaluation run(Path model, Path data, EvalSettings settings) {
    try (EvalJob job = EvalJob.prepare(model, data, settings, ProgressListener.NONE)) {
      return job.run(ProgressListener.NONE);
    }
  }

  static EvalSettings settings(int threads, int batchTokens) {
    return new EvalSettings(
        Optional.empty(), OptionalInt.empty(), batchTokens, threads, Optional.empty());
  }

  static EvalSettings head(Path head) {
    return new EvalSettings(
        Optional.of(head), OptionalInt.empty(), EvalSettings.BATCH_TOKENS, 1, Optional.empty());
  }

  static EvalSettings maxLength(int length) {
    return new EvalSettings(
        Optional.empty(), OptionalInt.of(length), EvalSettings.BATCH_TOKENS, 2, Optional.empty());
  }

  static EvalSettings logits(Path file) {
    return new EvalSettings(Optional.empty(), OptionalInt.empty(), 40, 2, Optional.of(file));
  }
}
