package dev.amalgam.cli;

import dev.amalgam.job.ReportJob;
import dev.amalgam.job.api.EvalSettings;
import dev.amalgam.job.api.ReportSettings;
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

/** {@code amalgam report}. */
@Command(
    name = "report",
    header = "Shows a merged model, or importance scores, as an HTML page.",
    description = {
      "",
      "Writes one HTML file that needs no other and no network. Of a merged model: how it was"
          + " repaired, which expert has its way where, and how well it does. Of importance scores:"
          + " importance by layer, what a budget keeps, drop rates and weights, agreement between"
          + " sidecars, conflicts between experts. Name the sidecars first."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  amalgam report --merge merged --base base --expert math java --out report.html",
      "  amalgam report math.safetensors java.safetensors --out report.html"
    })
final class ReportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "SIDECAR",
      arity = "0..*",
      description = "Files that 'importance' wrote, all of experts of one base.")
  private List<Path> sidecars = List.of();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The HTML file to write; it must not exist yet.")
  private Path out;

  @Option(
      names = "--base",
      paramLabel = "DIR",
      description =
          "The folder of the base. With --expert: where do signs of deltas conflict, and which"
              + " expert has its way where in --merge?")
  private Path base;

  @Option(
      names = "--expert",
      paramLabel = "DIR",
      arity = "1..*",
      description = "The folders of experts.")
  private List<Path> experts = List.of();

  @Option(
      names = "--merge",
      paramLabel = "DIR",
      description = "The folder of a merged model, whose amalgam.json says how it was repaired.")
  private Path merge;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "With --merge: a file of examples for each --expert, in the same order, as for 'eval'."
              + " The base, the experts and the merged model are run on them.")
  private List<Path> data = List.of();

  @Option(
      names = "--density",
      paramLabel = "D",
      arity = "1..*",
      description = "Shares of the parameters that are kept. Default: 0.5 0.2 0.1.")
  private List<Double> densities = ReportSettings.DEFAULT.densities();

  @Option(
      names = "--tau1",
      paramLabel = "T",
      description = "Temperature of drop rates. Default: ${DEFAULT-VALUE}.")
  private double tau1 = ReportSettings.DEFAULT.tau1();

  @Option(
      names = "--tau2",
      paramLabel = "T",
      description = "Temperature of merge weights. Default: ${DEFAULT-VALUE}.")
  private double tau2 = ReportSettings.DEFAULT.tau2();

  @Mixin private MaxLength maxLength;

  @Mixin private Threads threads;

  @Mixin private ProgressOption progress;

  @Override
  public Integer call() {
    var settings =
        new ReportJob.Settings(
            new ReportSettings(densities, tau1, tau2),
            Optional.ofNullable(base),
            experts,
            Optional.ofNullable(merge),
            data,
            maxLength.tokens(),
            EvalSettings.BATCH_TOKENS,
            threads.count());
    try (Progress shown = progress.open();
        ReportJob job = ReportJob.prepare(sidecars, out, settings, shown)) {
      Commands.warn(spec, job.warnings());
      job.run(shown);
    }
    if (!progress.isQuiet()) {
      spec.commandLine().getOut().println("written    " + out);
      spec.commandLine().getOut().flush();
    }
    return 0;
  }
}
