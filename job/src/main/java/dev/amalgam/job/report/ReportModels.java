package dev.amalgam.job.report;

import dev.amalgam.core.run.ProgressListener;
import dev.amalgam.io.checkpoint.StoredCheckpoint;
import dev.amalgam.io.model.ExpertFolder;
import java.util.List;
import java.util.Optional;

/**
 * The models whose deltas a report compares.
 *
 * @param base the base
 * @param experts at least two
 */
public record ReportModels(StoredCheckpoint base, List<Expert> experts) {

  /**
   * An expert.
   *
   * @param label what the report calls it
   * @param folder its weights
   * @param hash its SHA-256, which tells whose sidecar is which
   */
  public record Expert(String label, ExpertFolder folder, String hash) {}

  SignConflicts signs(ReportInputs inputs, List<ScoreBins> bins, ProgressListener progress) {
    List<SignConflicts.Expert> scored =
        experts.stream()
            .map(
                expert ->
                    new SignConflicts.Expert(
                        expert.label(),
                        expert.folder().tensors(),
                        importance(expert, inputs, bins)))
            .toList();
    return SignConflicts.of(base, scored, progress);
  }

  private static Optional<ParameterImportance> importance(
      Expert expert, ReportInputs inputs, List<ScoreBins> bins) {
    int index = inputs.expertHashes().indexOf(expert.hash());
    if (index < 0) {
      return Optional.empty();
    }
    ScoreFile file = inputs.files().get(index);
    return Optional.of(
        new ParameterImportance(
            file,
            expert.folder().expert().partitions(file.metadata().level()),
            bins.get(index).total()));
  }
}
