package dev.amalgam.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option {@code --threads}, shared by the commands that compute. */
final class Threads {

  private static final int MOST = 1024;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec mixee;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Worker threads. Default: all processors. The result does not depend on it.")
  private int threads = Runtime.getRuntime().availableProcessors();

  int count() {
    if (threads < 1 || threads > MOST) {
      throw new ParameterException(
          mixee.commandLine(), "--threads is " + threads + "; it takes 1 to " + MOST);
    }
    return threads;
  }
}
