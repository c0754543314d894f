package dev.amalgam.cli;

import dev.amalgam.core.importance.Aggregate;
import dev.amalgam.core.importance.Estimator;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Point;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code amalgam}. */
@Command(
    name = "amalgam",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    usageHelpAutoWidth = true,
    header = "Merges fine-tuned transformer checkpoints.",
    description = {
      "",
      "Reads safetensors checkpoints and mergekit recipes, and writes the merged model. Runs on the"
          + " CPU, needs no network and no Python."
    },
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%nArguments:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Done.",
      "1:Failed; one line on standard error says why.",
      "2:The command line was wrong."
    },
    subcommands = {
      MergeCommand.class,
      ValidateCommand.class,
      InspectCommand.class,
      DiffCommand.class,
      CompareCommand.class,
      EvalCommand.class,
      ImportanceCommand.class,
      ReportCommand.class,
      ExtractLoraCommand.class,
      GenerateCommand.class,
      TokenizeCommand.class
    })
final class Main implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "With an error, print where in the program it arose.")
  private boolean stacktrace;

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 1 && arguments[0].equals("--version")) {
      // Scripts ask for it often: answered before the parser, which takes longer, is built.
      System.out.println(Version.line());
      return;
    }
    System.exit(JarRelaunch.isNeeded(arguments) ? JarRelaunch.run(arguments) : run(arguments));
  }

  /** Runs a command and returns its exit code. */
  static int run(String... arguments) {
    return run(commandLine().setOut(writer(System.out)).setErr(writer(System.err)), arguments);
  }

  /**
   * Returns a writer to a stream in the stream's own encoding, or in UTF-8 where that is ASCII: so
   * it is where no locale is set, as in many containers, and text would become question marks.
   */
  static PrintWriter writer(PrintStream stream) {
    Charset own = stream.charset();
    Charset used = own.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : own;
    return new PrintWriter(stream, true, used);
  }

  static int run(CommandLine commandLine, String... arguments) {
    try {
      return commandLine.execute(arguments);
    } catch (OutOfMemoryError e) {
      return Errors.outOfMemory(commandLine.getErr());
    }
  }

  static CommandLine commandLine() {
    Main main = new Main();
    return new CommandLine(main)
        .registerConverter(int.class, new WholeNumber<>(Integer::valueOf))
        .registerConverter(Integer.class, new WholeNumber<>(Integer::valueOf))
        .registerConverter(long.class, new WholeNumber<>(Long::valueOf))
        .registerConverter(Level.class, new EnumWord<>(Level.class))
        .registerConverter(Estimator.class, new EnumWord<>(Estimator.class))
        .registerConverter(Point.class, new EnumWord<>(Point.class))
        .registerConverter(Aggregate.class, new EnumWord<>(Aggregate.class))
        .registerConverter(
            ImportanceCommand.Score.class, new EnumWord<>(ImportanceCommand.Score.class))
        .registerConverter(
            ImportanceCommand.Stored.class, new EnumWord<>(ImportanceCommand.Stored.class))
        .registerConverter(
            ExtractLoraCommand.Stored.class, new EnumWord<>(ExtractLoraCommand.Stored.class))
        .setParameterExceptionHandler(Errors::badUsage)
        .setExecutionExceptionHandler(
            (failure, command, result) ->
                Errors.failed(failure, command.getErr(), main.stacktrace));
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandLine.ExitCode.USAGE;
  }
}
