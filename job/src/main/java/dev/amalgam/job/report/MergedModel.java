package dev.amalgam.job.report;

import dev.amalgam.core.run.DeltaProducts;
import dev.amalgam.job.api.TaskResults;
import java.util.List;
import java.util.Optional;

/**
 * A merged model in a report.
 *
 * @param path its folder
 * @param record what it says of the merge, if anything
 * @param results how well it, the base and the experts do, if there are examples
 * @param deltas the deltas of the experts and its own, the last, if base and experts are known
 * @param incomparable why there are no deltas although base and experts are known
 */
public record MergedModel(
    String path,
    Optional<MergeRecord> record,
    Optional<TaskResults> results,
    Optional<Deltas> deltas,
    Optional<String> incomparable) {

  /**
   * Deltas of models of one base.
   *
   * @param labels what the report calls the models
   * @param products of their deltas
   */
  public record Deltas(List<String> labels, DeltaProducts products) {}
}
