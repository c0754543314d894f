package dev.amalgam.io.job;

import java.nio.file.Path;

/** Continues texts. */
final class Generations {

  private Generations() {}

  static Generation run(
      Path model, String prompt, GenerateJob.Settings settings, StringBuilder text) {
    return GenerateJob.prepare(model, prompt, settings).run(text::append);
  }
}
