package dev.amalgam.cli;

import dev.amalgam.core.AmalgamException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
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
    err.println("amalgam: " + oneLine(problem(e)));
    err.println("Help: " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  private static String problem(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return e.getMessage();
    }
    Optional<String> ofMergekit = MergekitOptions.cure(unmatched.getUnmatched());
    if (ofMergekit.isPresent()) {
      return ofMergekit.get();
    }
    String argument = unmatched.getUnmatched().getFirst();
    boolean takesCommand = !e.getCommandLine().getSubcommands().isEmpty();
    String what =
        argument.startsWith("-")
            ? "unknown option "
            : takesCommand ? "unknown command " : "one argument too many: ";
    List<String> meant =
        argument.startsWith("-") || takesCommand ? unmatched.getSuggestions() : List.of();
    return what
        + AmalgamException.quote(argument)
        + (meant.isEmpty() ? "" : "; did you mean " + String.join(" or ", meant) + "?");
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

  static int outOfMemory(PrintWriter err) {
    err.println(
        "amalgam: memory ran out; use fewer --threads, or a larger heap"
            + " (JAVA_TOOL_OPTIONS=-Xmx…)");
    return ExitCode.SOFTWARE;
  }

  /** Returns the message in one line and without what could disturb a terminal. */
  private static String oneLine(String message) {
    return String.valueOf(message).replaceAll("\\R\\s*", " ").replaceAll("[\\p{Cc}\\p{Cf}]", "?");
  }
}
