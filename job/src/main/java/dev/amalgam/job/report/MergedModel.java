package dev.amalgam.job.report;

import java.util.Optional;

/**
 * A merged model in a report.
 *
 * @param path its folder
 * @param record what it says of the merge, if anything
 * @param results how well it, the base and the experts do
 */
public record MergedModel(String path, Optional<MergeRecord> record, TaskResults results) {}
