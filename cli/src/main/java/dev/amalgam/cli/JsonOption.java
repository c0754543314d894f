package dev.amalgam.cli;

import picocli.CommandLine.Option;

/** The option {@code --json}, shared by the commands that print one object. */
final class JsonOption {

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  boolean isSet() {
    return json;
  }
}
