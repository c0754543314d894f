package dev.amalgam.job;

import dev.amalgam.job.api.Generation;
import dev.amalgam.job.api.GenerationSettings;
import java.nio.file.Path;

/** Continues texts. */
final class Generations {

  private Generations() {}

  static Generation run(
      Path model, String prompt, GenerationSettings settings, StringBuilder text) {
    return GenerateJob.prepare(model, prompt, settings).run(text::append);
  }
}
