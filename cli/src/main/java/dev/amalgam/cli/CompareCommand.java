package dev.amalgam.cli;

import dev.amalgam.job.CompareJob;
import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.ModelComparison;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amalgam compare}. */
@Command(
    name = "compare",
    header = "Compares several models of one base by layer and by task.",
    description = {
      "",
      "Of each model's delta, its difference from the base: the norm, and the cosines with the"
          + " deltas of the other models and of experts, by layer. With --data: loss and accuracy."
          + " Name the models first. For two checkpoints tensor by tensor there is 'diff'."
    },
    footerHeading = "%nExample:%n",
    footer = "  amalgam compare merged-ties merged-apl --base base --expert math java")
final class CompareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      arity = "1..*",
      description = "The models' folders, or BASE+ADAPTER.")
  private List<Path> models;

  @Option(
      names = "--base",
      paramLabel = "BASE",
      required = true,
      description = "The folder of the model that all were made of.")
  private Path base;

  @Option(
      names = "--expert",
      paramLabel = "DIR",
      arity = "1..*",
      description = "The folders of experts to compare with.")
  private List<Path> experts = List.of();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "Files of examples, as for 'eval'; with --expert one for each of them, in the same"
              + " order.")
  private List<Path> data = List.of();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write an HTML file, too; it must not exist yet.")
  private Path page;

  @Mixin private MaxLength maxLength;

  @Mixin private Threads threads;

  @Mixin private JsonOption json;

  @Mixin private ProgressOption progress;

  @Override
  public Integer call() {
    var how =
        new EvalSettings(
            Optional.empty(),
            maxLength.tokens(),
            EvalSettings.BATCH_TOKENS,
            threads.count(),
            Optional.empty());
    var settings =
        new CompareJob.Settings(models, base, experts, data, Optional.ofNullable(page), how);
    ModelComparison comparison;
    try (Progress shown = progress.open();
        CompareJob job = CompareJob.prepare(settings, shown)) {
      Commands.warn(spec, job.warnings());
      comparison = job.run(shown);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json.isSet()) {
      out.print(comparison.json());
    } else {
      ComparisonReport.print(comparison, out);
    }
    out.flush();
    return 0;
  }
}
