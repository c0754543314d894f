package dev.amalgam.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What several commands do alike. */
final class Commands {

  private Commands() {}

  /**
   * Refuses an option that is given and not at least 1.
   *
   * @throws ParameterException naming option and value
   */
  static void checkAtLeastOne(CommandSpec spec, String option, Integer value) {
    if (value != null && value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + "; it takes 1 or more");
    }
  }

  /** Prints what the user should know, in a line. */
  static void warn(PrintStream err, String warning) {
    err.println("amalgam: warning: " + warning);
  }

  /** Prints what the user should know, one line each. */
  static void warn(CommandSpec spec, List<String> warnings) {
    PrintWriter err = spec.commandLine().getErr();
    warnings.forEach(warning -> err.println("amalgam: warning: " + warning));
    err.flush();
  }
}
