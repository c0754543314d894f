package dev.amalgam.job.report;

import dev.amalgam.job.api.ReportSettings;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a report tells.
 *
 * @param version the version of Amalgam
 * @param settings budgets and temperatures
 * @param sidecars the sidecars in the order in which they were given
 * @param agreements of sidecars of the same expert
 * @param comparisons of experts by scores of one kind
 * @param signs where deltas have opposite signs, if models were given
 * @param merge the merged model, if one was given
 */
record ReportData(
    String version,
    ReportSettings settings,
    List<SidecarSummary> sidecars,
    List<Agreement> agreements,
    List<ExpertComparison> comparisons,
    Optional<SignConflicts> signs,
    Optional<MergedModel> merge) {}
