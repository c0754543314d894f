package dev.amalgam.job.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What a report tells about experts side by side, and about their merge. */
final class ExpertSections {

  private static final int RANGES = 20;

  private final ReportData data;

  private ExpertSections(ReportData data) {
    this.data = data;
  }

  static List<Section> of(ReportData data) {
    ExpertSections sections = new ExpertSections(data);
    List<Section> all = new ArrayList<>();
    all.add(sections.weights());
    all.add(sections.conflicts());
    data.merge().ifPresent(merge -> all.add(sections.merge(merge)));
    return all;
  }

  private static List<String> visible(List<String> labels) {
    return labels.stream().map(Text::visible).toList();
  }

  private Section weights() {
    List<Chart> charts = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    for (ExpertComparison comparison : data.comparisons()) {
      List<String> experts = visible(comparison.experts());
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
        data.comparisons().isEmpty()
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
              matrix(
                  "Sign conflicts weighted by importance",
                  signs.experts(),
                  signs.weighted(),
                  charts,
                  tables);
            });
    return new Section("conflicts", "Conflicts between experts", text, charts, tables);
  }

  private static void matrix(
      String title,
      List<String> experts,
      double[][] values,
      List<Chart> charts,
      List<Section.Table> tables) {
    List<String> labels = visible(experts);
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
    charts.add(new Chart.Heat(title, labels, labels, cells, true));
    List<String> head = new ArrayList<>(List.of("expert"));
    head.addAll(labels);
    tables.add(new Section.Table(title, true, head, rows));
  }

  private Section merge(MergedModel merge) {
    TaskResults results = merge.results();
    List<String> models = visible(results.models());
    List<String> files = visible(results.files());
    List<Section.Table> tables = new ArrayList<>();
    tables.add(results("Loss, in nats", results, results.losses(), false));
    tables.add(results("Accuracy", results, results.accuracies(), true));
    List<String> text = new ArrayList<>();
    text.add(
        "How well the base, each expert and the merged model %s do on each file of examples. Where"
                .formatted(Text.visible(merge.path()))
            + " a file is for a classifier, models without a head of their own have that of the"
            + " file's expert.");
    if (merge.record().isPresent()) {
      MergeRecord record = merge.record().get();
      text.add(
          "Its amalgam.json says: merged by Amalgam %s with method %s and seed %s."
              .formatted(
                  Text.visible(record.version()),
                  Text.visible(record.method()),
                  Text.visible(record.seed())));
      tables.add(inputs(record));
      tables.add(
          new Section.Table(
              "Recipe",
              false,
              List.of("line", "text"),
              IntStream.range(0, (int) record.recipe().lines().count())
                  .mapToObj(
                      i ->
                          List.of(
                              Integer.toString(i + 1),
                              Text.visible(record.recipe().lines().skip(i).findFirst().get())))
                  .toList()));
    } else {
      text.add("It has no amalgam.json, so what was merged is not recorded.");
    }
    return new Section(
        "merge",
        "Merged model",
        text,
        List.of(
            new Chart.Bars("Loss", files, "", "nats", series(models, results.losses())),
            new Chart.Bars("Accuracy", files, "", "share", series(models, results.accuracies()))),
        tables);
  }

  private static List<Chart.Series> series(List<String> models, double[][] values) {
    return IntStream.range(0, models.size())
        .mapToObj(i -> new Chart.Series(models.get(i), values[i]))
        .toList();
  }

  private static Section.Table results(
      String caption, TaskResults results, double[][] values, boolean percent) {
    List<String> head = new ArrayList<>(List.of("model"));
    head.addAll(visible(results.files()));
    List<List<String>> rows = new ArrayList<>();
    for (int m = 0; m < values.length; m++) {
      List<String> row = new ArrayList<>(List.of(Text.visible(results.models().get(m))));
      for (double value : values[m]) {
        row.add(percent ? Text.percent(value) : Text.number(value));
      }
      rows.add(row);
    }
    return new Section.Table(caption, true, head, rows);
  }

  private Section.Table inputs(MergeRecord record) {
    Map<String, String> known = new TreeMap<>();
    for (SidecarSummary s : data.sidecars()) {
      known.putIfAbsent(s.metadata().expertHash(), "expert of " + Text.visible(s.label()));
      known.put(s.metadata().baseHash(), "base");
    }
    return new Section.Table(
        "What was merged",
        false,
        List.of("model", "file", "SHA-256", "is"),
        record.inputs().stream()
            .map(
                input ->
                    List.of(
                        Text.visible(input.model()),
                        Text.visible(input.file()),
                        Text.visible(input.hash()),
                        known.getOrDefault(input.hash(), "–")))
            .toList());
  }
}
