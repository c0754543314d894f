package dev.amalgam.cli;

import dev.amalgam.core.AmalgamException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** How failures reach the user: one line on standard error and an exit code. */
final class Errors {

  private Errors() {}

  static int badUsage(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("amalgam: " + oneLine(e.getMessage()) + suggestion(e));
    err.println("Help: " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  private static String suggestion(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> words = unmatched.getSuggestions();
      if (!words.isEmpty()) {
        return "; did you mean " + String.join(" or ", words) + "?";
      }
    }
    return "";
  }

  static int failed(Exception failure, PrintWriter err, boolean stacktrace) {
    err.println(
        failure instanceof AmalgamException
            ? "amalgam: " + oneLine(failure.getMessage())
            : "amalgam: this is a bug in Amalgam, please report it: "
                + oneLine(failure.toString())
                + (stacktrace ? "" : "; --stacktrace shows more"));
    if (stacktrace) {
      failure.printStackTrace(err);
    }
    return ExitCode.SOFTWARE;
  }

  private static String oneLine(String message) {
    return String.valueOf(message).replaceAll("\\R\\s*", " ");
  }
}
