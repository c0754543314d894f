package dev.amalgam.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option {@code --base} of commands that compare a fine-tuned model with its base. */
final class BaseOption {

  @Option(
      names = "--base",
      paramLabel = "BASE",
      required = true,
      description = "The folder of the model that it was fine-tuned from.")
  private Path path;

  Path path() {
    return path;
  }
}
