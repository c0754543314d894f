package dev.amalgam.cli;

import picocli.CommandLine.Option;

/** The option {@code --quiet} of the commands whose result it does not concern. */
final class ProgressOption {

  @Option(names = "--quiet", description = "Show no progress.")
  private boolean quiet;

  boolean isQuiet() {
    return quiet;
  }

  /** Returns what shows how far a run is. */
  Progress open() {
    return Progress.to(System.err, quiet);
  }
}
