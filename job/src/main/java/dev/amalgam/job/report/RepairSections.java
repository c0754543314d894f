package dev.amalgam.job.report;

import dev.amalgam.core.merge.RepairHistory;
import dev.amalgam.core.merge.RepairHistory.Judgement;
import dev.amalgam.core.merge.RepairHistory.Learning;
import dev.amalgam.core.merge.RepairHistory.Lines;
import dev.amalgam.core.merge.RepairHistory.Spread;
import dev.amalgam.core.merge.RepairHistory.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** What a report tells of how a merged model was repaired. */
final class RepairSections {

  private final RepairHistory history;
  private final List<String> experts;
  private final List<Chart> charts = new ArrayList<>();
  private final List<Section.Table> tables = new ArrayList<>();

  private RepairSections(RepairHistory history) {
    this.history = history;
    this.experts = history.tasks().stream().map(task -> Text.visible(task.expert())).toList();
  }

  static List<Section> of(RepairHistory history) {
    return List.of(
        new RepairSections(history).repair(), new RepairSections(history).coefficients());
  }

  private Section repair() {
    String start = history.start().name().toLowerCase(Locale.ROOT);
    List<String> text = new ArrayList<>();
    text.add(
        "Coefficients of each expert's delta were moved until the merged model predicted what the"
            + " experts predict. Losses are those that the merge measured on the examples which it"
            + " held back to judge: in nats, of classifiers at the best temperature; of encoders"
            + " without a head the mean square distance from the expert's states.");
    text.add(
        history.fallsBack()
            ? "Task arithmetic kept more than the repaired model, so the result is task arithmetic."
            : "It began with the start '%s', times %s, and ended with λ = %s."
                .formatted(start, plain(history.startFactor()), plain(history.lambda())));
    before(start);
    for (Learning learning : history.learnings()) {
      String masked = learning.masked() ? " under the mask" : "";
      judged("Loss above the expert's by step" + masked, "step", learning.judgements());
    }
    judged("Loss above the expert's by λ", "λ", history.lambdas());
    return new Section("repair", "Before and after the repair", text, charts, tables);
  }

  /** Returns a float32 with the digits that tell it. */
  private static String plain(float value) {
    return Text.plain(Double.parseDouble(Float.toString(value)));
  }

  private void before(String start) {
    charts.add(
        new Chart.Bars(
            "Loss saved against the base",
            experts,
            "",
            "loss",
            Double.NaN,
            List.of(
                saved("task arithmetic", Task::sum),
                saved("start: " + start, Task::begun),
                saved("repaired", Task::repaired),
                saved("expert", Task::own))));
    List<List<String>> rows = new ArrayList<>();
    for (int t = 0; t < experts.size(); t++) {
      Task task = history.tasks().get(t);
      rows.add(
          List.of(
              experts.get(t),
              Text.number(task.base()),
              Text.number(task.sum()),
              Text.number(task.begun()),
              Text.number(task.repaired()),
              Text.number(task.own()),
              Text.percent((task.base() - task.repaired()) / (task.base() - task.own()))));
    }
    tables.add(
        new Section.Table(
            "Losses by task",
            true,
            List.of(
                "task of",
                "base",
                "task arithmetic",
                "start: " + start,
                "repaired",
                "expert",
                "gain kept"),
            rows));
  }

  private Chart.Series saved(String name, ToDoubleFunction<Task> loss) {
    return new Chart.Series(
        name,
        history.tasks().stream()
            .mapToDouble(task -> task.base() - loss.applyAsDouble(task))
            .toArray());
  }

  private void judged(String title, String axis, List<Judgement> judgements) {
    List<Chart.Line> lines = new ArrayList<>();
    for (int t = 0; t < experts.size(); t++) {
      double own = history.tasks().get(t).own();
      double[][] points = new double[judgements.size()][];
      for (int i = 0; i < points.length; i++) {
        Judgement judgement = judgements.get(i);
        points[i] = new double[] {judgement.at(), judgement.losses().get(t) - own};
      }
      lines.add(new Chart.Line(experts.get(t), points));
    }
    charts.add(new Chart.Lines(title, axis, "loss", false, lines));
    List<String> head = new ArrayList<>(List.of(axis));
    head.addAll(experts);
    List<List<String>> rows = new ArrayList<>();
    for (Judgement judgement : judgements) {
      List<String> row = new ArrayList<>(List.of(Text.plain(judgement.at())));
      judgement.losses().forEach(loss -> row.add(Text.number(loss)));
      rows.add(row);
    }
    tables.add(new Section.Table(title.replace(" above the expert's", ""), false, head, rows));
  }

  private Section coefficients() {
    List<PlaceCharts.Numbers> means = new ArrayList<>();
    List<Section.Table> spreads = new ArrayList<>();
    for (int e = 0; e < experts.size(); e++) {
      SortedMap<Place, Lines> lines = lines(e);
      SortedMap<Place, Double> mean = new TreeMap<>(Place.ORDER);
      List<List<String>> rows = new ArrayList<>();
      lines.forEach(
          (place, own) -> {
            mean.put(place, own.rows().mean() + own.columns().mean());
            List<String> row = new ArrayList<>(List.of(place.words()));
            row.addAll(cells(own.rows()));
            row.addAll(cells(own.columns()));
            rows.add(row);
          });
      means.add(new PlaceCharts.Numbers(history.tasks().get(e).expert(), mean));
      spreads.add(
          new Section.Table(
              experts.get(e) + ": means and standard deviations",
              false,
              List.of("place", "mean of rows", "deviation", "mean of columns", "deviation"),
              rows));
    }
    PlaceCharts.add("Coefficients", means, false, charts, tables);
    tables.addAll(spreads);
    return new Section(
        "coefficients",
        "Coefficients",
        List.of(
            "By what an expert's delta is multiplied, before λ, beside what the start holds of it:"
                + " the coefficient of an entry's row and that of its column, added. Cells are"
                + " means over a layer and part; the tables say how far rows and columns"
                + " spread."),
        charts,
        tables);
  }

  private SortedMap<Place, Lines> lines(int expert) {
    SortedMap<Place, Lines> lines = new TreeMap<>(Place.ORDER);
    history
        .coefficients()
        .forEach(
            (tensor, ofExperts) ->
                lines.merge(
                    Place.of(tensor),
                    ofExperts.get(expert),
                    (a, b) -> new Lines(a.rows().and(b.rows()), a.columns().and(b.columns()))));
    return lines;
  }

  private static List<String> cells(Spread spread) {
    return spread.count() == 0
        ? List.of(Text.NOTHING, Text.NOTHING)
        : List.of(Text.number(spread.mean()), Text.number(spread.deviation()));
  }
}
