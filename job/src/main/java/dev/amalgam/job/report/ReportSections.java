package dev.amalgam.job.report;

import dev.amalgam.io.importance.SidecarMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a report tells, in words, charts and tables; of sidecars it does so itself. */
final class ReportSections {

  private static final int RANGES = 20;
  private static final int CURVE_POINTS = 100;
  private static final double[] BUDGETS = {0.01, 0.05, 0.1, 0.2, 0.5};
  private static final double[] QUANTILES = {0.05, 0.25, 0.5, 0.75, 0.95};

  private final ReportData data;

  private ReportSections(ReportData data) {
    this.data = data;
  }

  /** Returns the sections of a page, in order; those that have nothing to tell are left out. */
  static List<Section> of(ReportData data) {
    ReportSections sections = new ReportSections(data);
    List<Section> all = new ArrayList<>();
    data.merge().ifPresent(merge -> all.addAll(MergeSections.of(data, merge)));
    if (!data.sidecars().isEmpty()) {
      all.add(sections.sidecars());
      all.add(sections.heatMaps());
      all.add(sections.curves());
      all.add(sections.dropRates());
      all.add(sections.agreement());
    }
    all.addAll(ExpertSections.of(data));
    return all;
  }

  private Section sidecars() {
    List<List<String>> rows = new ArrayList<>();
    for (SidecarSummary s : data.sidecars()) {
      SidecarMetadata m = s.metadata();
      rows.add(
          List.of(
              Text.visible(s.label()),
              m.level().word(),
              word(m.estimator()),
              m.point().map(ReportSections::word).orElse("–"),
              Integer.toString(m.steps()),
              word(m.aggregate()),
              m.magnitude() ? "effect-magnitude" : "effect",
              Text.count(m.examples()),
              m.maxLength().isPresent() ? Text.count(m.maxLength().getAsInt()) : "–",
              Text.number(m.baseLoss()),
              Text.number(m.expertLoss()),
              Text.count(s.partitions()),
              Text.count(s.parameters()),
              Text.visible(m.version())));
    }
    List<List<String>> files = new ArrayList<>();
    for (SidecarSummary s : data.sidecars()) {
      SidecarMetadata m = s.metadata();
      files.add(
          List.of(
              Text.visible(s.label()),
              Text.visible(s.path()),
              Text.visible(m.expertHash()),
              Text.visible(m.dataHash()),
              Text.visible(m.baseHash())));
    }
    return new Section(
        "sidecars",
        "Sidecars",
        List.of(
            "Each sidecar holds the importance of every partition of one expert's delta, the"
                + " difference from its base, for a few examples of the expert's task. Losses are"
                + " means over those examples, in nats; what the delta saves is the difference."),
        List.of(),
        List.of(
            new Section.Table(
                "How the scores came about",
                true,
                List.of(
                    "sidecar",
                    "level",
                    "estimator",
                    "point",
                    "steps",
                    "aggregate",
                    "score",
                    "examples",
                    "most tokens",
                    "base loss",
                    "expert loss",
                    "partitions",
                    "parameters",
                    "Amalgam"),
                rows),
            new Section.Table(
                "Files and the SHA-256 of what they are about",
                false,
                List.of("sidecar", "file", "expert", "examples", "base"),
                files)));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private Section heatMaps() {
    List<Chart> charts = new ArrayList<>();
    List<Section.Table> tables = new ArrayList<>();
    PlaceCharts.add(
        "Importance",
        data.sidecars().stream()
            .map(s -> new PlaceCharts.Numbers(s.label(), s.importance()))
            .toList(),
        false,
        charts,
        tables);
    for (SidecarSummary s : data.sidecars()) {
      String label = Text.visible(s.label());
      tables.add(
          new Section.Table(
              "%s: the %d most important of %s names"
                  .formatted(label, s.largest().size(), Text.count(s.names())),
              false,
              List.of("tensor or group", "mean magnitude of its scores"),
              s.largest().stream()
                  .map(n -> List.of(Text.visible(n.name()), Text.number(n.magnitude())))
                  .toList()));
    }
    return new Section(
        "layers",
        "Importance by layer",
        List.of(
            "The mean over examples of the magnitude of the score of a tensor, or a group of"
                + " tensors: by about how much the loss would change without its delta, in nats."
                + " Tensors of one layer and part are added. Layer and part are told from names:"
                + " the number in it, and words such as norm, attn and mlp. All charts have one"
                + " scale."),
        charts,
        tables);
  }

  private Section curves() {
    List<Chart.Line> lines = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    for (SidecarSummary s : data.sidecars()) {
      double[][] points =
          IntStream.rangeClosed(0, CURVE_POINTS)
              .mapToObj(i -> (double) i / CURVE_POINTS)
              .map(budget -> new double[] {budget, s.curve().at(budget)})
              .toArray(double[][]::new);
      lines.add(new Chart.Line(Text.visible(s.label()), points));
      List<String> row = new ArrayList<>(List.of(Text.visible(s.label())));
      for (double budget : BUDGETS) {
        row.add(Text.percent(s.curve().at(budget)));
      }
      rows.add(row);
    }
    List<String> head = new ArrayList<>(List.of("sidecar"));
    for (double budget : BUDGETS) {
      head.add(Text.plain(100 * budget) + " % kept");
    }
    return new Section(
        "budget",
        "Importance kept at a budget",
        List.of(
            "The share of all importance that stays where only a share of the parameters is kept,"
                + " the most important partitions first by importance for each parameter. A"
                + " diagonal would say that importance tells nothing; finer levels rise more"
                + " steeply."),
        List.of(
            new Chart.Lines("Budget", "share of parameters", "share of importance", true, lines)),
        List.of(new Section.Table("Share of importance kept", true, head, rows)));
  }

  private Section dropRates() {
    List<Chart> charts = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    double most =
        Chart.most(
            data.sidecars().stream()
                .flatMap(s -> s.drops().stream())
                .map(drops -> drops.shares(RANGES)));
    for (SidecarSummary s : data.sidecars()) {
      String label = Text.visible(s.label());
      List<Chart.Series> series = new ArrayList<>();
      for (int p = 0; p < s.drops().size(); p++) {
        Distribution drops = s.drops().get(p);
        String density = density(data, p);
        series.add(new Chart.Series("density " + density, drops.shares(RANGES)));
        List<String> row = new ArrayList<>(List.of(label, density, Text.percent(drops.mean())));
        for (double quantile : QUANTILES) {
          row.add(Text.percent(drops.quantile(quantile)));
        }
        rows.add(row);
      }
      charts.add(
          new Chart.Bars(label, ranges(1), "drop rate", "share of parameters", most, series));
    }
    return new Section(
        "drop-rates",
        "Drop rates",
        List.of(
            "Which drop rates the scores give at several budgets, with temperature τ1 = "
                + Text.plain(data.settings().tau1())
                + ". The budget holds exactly: the mean drop rate is 1 − density. The higher τ1,"
                + " the more alike the rates."),
        charts,
        List.of(
            new Section.Table(
                "Drop rates of parameters: mean and quantiles",
                false,
                List.of("sidecar", "density", "mean", "5 %", "25 %", "median", "75 %", "95 %"),
                rows)));
  }

  static String density(ReportData data, int index) {
    return Text.plain(data.settings().densities().get(index));
  }

  /** Returns the names of equal ranges from 0. */
  static List<String> ranges(double most) {
    return IntStream.range(0, RANGES)
        .mapToObj(i -> String.format(Locale.ROOT, "%.2f", (i + 0.5) / RANGES * most))
        .toList();
  }

  private Section agreement() {
    List<List<String>> rows =
        data.agreements().stream()
            .map(
                a ->
                    List.of(
                        Text.visible(a.first()),
                        Text.visible(a.second()),
                        a.on(),
                        Text.count(a.count()),
                        Text.number(a.correlation())))
            .toList();
    if (rows.isEmpty()) {
      return new Section(
          "agreement",
          "Agreement",
          List.of("No two of these sidecars are about the same expert."),
          List.of(),
          List.of());
    }
    List<Agreement> known =
        data.agreements().stream().filter(a -> Double.isFinite(a.correlation())).toList();
    List<Chart> charts = new ArrayList<>();
    if (!known.isEmpty()) {
      charts.add(
          new Chart.Bars(
              "Spearman's rank correlation",
              known.stream()
                  .map(a -> Text.visible(a.first()) + " / " + Text.visible(a.second()))
                  .toList(),
              "",
              "correlation",
              Double.NaN,
              List.of(
                  new Chart.Series(
                      "correlation",
                      known.stream().mapToDouble(Agreement::correlation).toArray()))));
    }
    return new Section(
        "agreement",
        "Agreement",
        List.of(
            "Spearman's rank correlation of the importance that two sidecars of the same expert"
                + " give to the partitions they have in common: 1 where they rank them alike, 0"
                + " where they have nothing to do with each other. Sidecars of different levels"
                + " are compared at the coarser level, or by tensors, by the mean magnitude of"
                + " scores."),
        charts,
        List.of(
            new Section.Table(
                "Rank correlations",
                true,
                List.of("sidecar", "and", "compared by", "values", "correlation"),
                rows)));
  }
}
