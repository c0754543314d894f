package dev.amalgam.job.report;

import dev.amalgam.job.api.TaskResults;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** How well models do on tasks: what they save against the base as bars, all numbers in tables. */
final class TaskCharts {

  private TaskCharts() {}

  /** Adds charts and tables of models the first of which is the base. */
  static void add(TaskResults results, List<Chart> charts, List<Section.Table> tables) {
    charts.add(bars("Loss saved against the base", "nats", results, results.losses(), -1));
    charts.add(bars("Accuracy gained over the base", "share", results, results.accuracies(), 1));
    tables.add(table("Loss, in nats", results, results.losses(), false));
    tables.add(table("Accuracy", results, results.accuracies(), true));
  }

  // Bars of losses would begin at 0, and look the same where models differ.
  private static Chart bars(
      String title, String unit, TaskResults results, double[][] values, int sign) {
    List<Chart.Series> series = new ArrayList<>();
    for (int m = 1; m < values.length; m++) {
      double[] own = values[m];
      series.add(
          new Chart.Series(
              Text.visible(results.models().get(m)),
              IntStream.range(0, own.length)
                  .mapToDouble(t -> sign * (own[t] - values[0][t]))
                  .toArray()));
    }
    return new Chart.Bars(title, Text.visible(results.files()), "", unit, Double.NaN, series);
  }

  private static Section.Table table(
      String caption, TaskResults results, double[][] values, boolean percent) {
    List<String> head = new ArrayList<>(List.of("model"));
    head.addAll(Text.visible(results.files()));
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
}
