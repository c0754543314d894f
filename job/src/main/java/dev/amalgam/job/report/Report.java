package dev.amalgam.job.report;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.job.api.ReportSettings;
import java.nio.file.Path;
import java.util.Optional;

/** Writes reports about merged models and importance scores. */
public final class Report {

  private static final String NOTE =
      "Drop rates and weights are those of a reconstruction of APL (Kong, Zhang, Wang, Activated"
          + " Parameter Locating via Causal Intervention for Model Merging, arXiv 2408.09485). ";

  private Report() {}

  /**
   * Writes a new HTML file, which appears when it is complete.
   *
   * @param inputs the sidecars, if any
   * @param settings budgets and temperatures
   * @param models whose deltas are compared, if any
   * @param merge what came of a merge, if there was one
   * @param version the version of Amalgam
   * @param file a file that does not exist yet
   * @throws dev.amalgam.core.AmalgamException if a sidecar is damaged or the file cannot be written
   */
  public static void write(
      ReportInputs inputs,
      ReportSettings settings,
      Optional<ReportModels> models,
      Optional<MergedModel> merge,
      String version,
      Path file,
      ProgressListener progress) {
    ReportInputs.Numbers numbers = inputs.numbers(settings, progress);
    Optional<SignConflicts> signs =
        models.map(given -> given.signs(inputs, numbers.bins(), progress));
    ReportData data =
        new ReportData(
            version,
            settings,
            numbers.summaries(),
            numbers.agreements(),
            numbers.comparisons(),
            signs,
            merge);
    String title = merge.isPresent() ? "Merged model" : "Importance scores";
    new Page(title, version, data.sidecars().isEmpty() ? "" : NOTE, ReportSections.of(data))
        .write(file);
  }
}
