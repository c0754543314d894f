package dev.amalgam.job.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a report tells about experts side by side. */
final class ExpertSections {

  private static final int RANGES = 20;

  private final ReportData data;

  private ExpertSections(ReportData data) {
    this.data = data;
  }

  static List<Section> of(ReportData data) {
    ExpertSections sections = new ExpertSections(data);
    List<Section> all = new ArrayList<>();
    if (!data.sidecars().isEmpty()) {
      all.add(sections.weights());
    }
    if (!data.sidecars().isEmpty() || data.signs().isPresent()) {
      all.add(sections.conflicts());
    }
    return all;
  }

  private Section weights() {
    List<Chart> charts = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    double most =
        Chart.most(
            data.comparisons().stream()
                .flatMap(comparison -> comparison.weights().stream())
                .flatMap(List::stream)
                .map(weights -> weights.shares(RANGES)));
    for (ExpertComparison comparison : data.comparisons()) {
      List<String> experts = Text.visible(comparison.experts());
      for (int p = 0; p < comparison.weights().size(); p++) {
        List<Chart.Series> series = new ArrayList<>();
        for (int t = 0; t < experts.size(); t++) {
          Distribution weights = comparison.weights().get(p).get(t);
          series.add(new Chart.Series(experts.get(t), weights.shares(RANGES)));
          rows.add(
              List.of(
                  comparison.kind(),
                  experts.get(t),
                  ReportSections.density(data, p),
                  Text.number(weights.mean()),
                  Text.number(weights.quantile(0.05)),
                  Text.number(weights.quantile(0.5)),
                  Text.number(weights.quantile(0.95))));
        }
        charts.add(
            new Chart.Bars(
                comparison.kind() + ", density " + ReportSections.density(data, p),
                ReportSections.ranges(experts.size()),
                "weight",
                "share of kept parameters",
                most,
                series));
      }
    }
    if (rows.isEmpty()) {
      return new Section("weights", "Merge weights", List.of(noComparison()), List.of(), List.of());
    }
    return new Section(
        "weights",
        "Merge weights",
        List.of(
            "Which weights the scores give to the experts, partition by partition, with"
                + " temperature τ2 = "
                + Text.plain(data.settings().tau2())
                + ": 1 is the weight of task arithmetic, and the weights of a partition add up to"
                + " the number of experts. Parameters count by the chance that they are kept at"
                + " the density. The higher τ2, the more alike the weights."),
        charts,
        List.of(
            new Section.Table(
                "Weights of kept parameters: mean and quantiles",
                false,
                List.of("scores", "expert", "density", "mean", "5 %", "median", "95 %"),
                rows)));
  }

  private String noComparison() {
    return "No two experts have scores of one level, estimator and aggregate, which a comparison"
        + " needs.";
  }

  private Section conflicts() {
    List<String> text = new ArrayList<>();
    List<Chart> charts = new ArrayList<>();
    List<Section.Table> tables = new ArrayList<>();
    text.add(
        data.sidecars().isEmpty()
            ? "Which of the experts' most important partitions collide is told of sidecars."
            : data.comparisons().isEmpty()
                ? noComparison()
                : "Collisions: the share of the most important tenth of one expert's partitions, by"
                    + " importance for each parameter, that is in the most important tenth of"
                    + " another's. By chance it would be 10 %.");
    for (ExpertComparison comparison : data.comparisons()) {
      matrix(
          "Collisions, " + comparison.kind(),
          comparison.experts(),
          comparison.collisions(),
          charts,
          tables);
    }
    data.signs()
        .ifPresent(
            signs -> {
              text.add(
                  ("Sign conflicts: the share of the %s parameters that the base and all experts"
                          + " have where the deltas of two experts have opposite signs, by itself"
                          + " and with each parameter counted by its importance for the two."
                          + " %d tensors that not all have in the same shape are left out.")
                      .formatted(Text.count(signs.parameters()), signs.left()));
              matrix("Sign conflicts", signs.experts(), signs.shares(), charts, tables);
              if (!data.sidecars().isEmpty()) {
                matrix(
                    "Sign conflicts weighted by importance",
                    signs.experts(),
                    signs.weighted(),
                    charts,
                    tables);
              }
            });
    return new Section("conflicts", "Conflicts between experts", text, charts, tables);
  }

  private static void matrix(
      String title,
      List<String> experts,
      double[][] values,
      List<Chart> charts,
      List<Section.Table> tables) {
    List<String> labels = Text.visible(experts);
    double[][] cells = new double[values.length][];
    List<List<String>> rows = new ArrayList<>();
    for (int t = 0; t < cells.length; t++) {
      cells[t] = values[t].clone();
      cells[t][t] = Double.NaN;
      List<String> row = new ArrayList<>(List.of(labels.get(t)));
      for (double cell : cells[t]) {
        row.add(Text.percent(cell));
      }
      rows.add(row);
    }
    Chart.Scale scale = Chart.Scale.of(Stream.<double[][]>of(cells));
    charts.add(new Chart.Heat(title, labels, labels, "", cells, true, scale));
    List<String> head = new ArrayList<>(List.of("expert"));
    head.addAll(labels);
    tables.add(new Section.Table(title, true, head, rows));
  }
}
