package dev.amalgam.cli;

import dev.amalgam.job.MergeJob;
import dev.amalgam.job.api.MergeSummary;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amalgam validate}. */
@Command(
    name = "validate",
    header = "Checks a recipe against its models.",
    description = {
      "",
      "Reads a recipe and the headers of its models, checks all that a merge checks before it"
          + " begins, and prints the plan or the first mistake. Nothing is written."
    },
    footerHeading = "%nExample:%n",
    footer = "  amalgam validate recipe.yml")
final class ValidateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RECIPE", description = "The recipe, a YAML file.")
  private Path recipe;

  @Mixin private Threads threads;

  @Option(names = "--quiet", description = "Print nothing but errors.")
  private boolean quiet;

  @Override
  public Integer call() {
    MergeSummary plan = MergeJob.check(recipe, threads.count());
    if (!quiet) {
      PrintWriter out = spec.commandLine().getOut();
      MergeReport.print(plan, out, spec.commandLine().getErr());
      MergeReport.printValid(out);
    }
    return 0;
  }
}
