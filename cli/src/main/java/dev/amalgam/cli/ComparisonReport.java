package dev.amalgam.cli;

import dev.amalgam.job.api.ModelComparison;
import dev.amalgam.job.api.TaskResults;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What {@code compare} prints for people: tables by task, then by layer. */
final class ComparisonReport {

  private ComparisonReport() {}

  static void print(ModelComparison comparison, PrintWriter out) {
    comparison.tasks().ifPresent(results -> print(results, out));
    List<String> names = comparison.names();
    print("norm of delta", comparison, names, "%.6g", ModelComparison.Layer::norms, out);
    for (int m = 0; m < comparison.models().size() && names.size() > 1; m++) {
      int model = m;
      int[] others = IntStream.range(0, names.size()).filter(i -> i != model).toArray();
      out.println();
      print(
          "cosines of " + Table.plain(names.get(m)),
          comparison,
          IntStream.of(others).mapToObj(names::get).toList(),
          "%.4f",
          layer -> IntStream.of(others).mapToDouble(i -> layer.cosines()[model][i]).toArray(),
          out);
    }
    comparison.left().forEach(name -> out.println("left out: " + Table.plain(name)));
  }

  private static void print(TaskResults results, PrintWriter out) {
    print("loss", results, "%.6f", 1, results.losses(), out);
    out.println();
    print("accuracy", results, "%.2f %%", 100, results.accuracies(), out);
    out.println();
  }

  private static void print(
      String what,
      TaskResults results,
      String format,
      double factor,
      double[][] values,
      PrintWriter out) {
    Table table = table(what, results.files());
    for (int m = 0; m < values.length; m++) {
      List<String> cells = new ArrayList<>(List.of(Table.plain(results.models().get(m))));
      for (double value : values[m]) {
        cells.add(number(format, factor * value));
      }
      table.row(cells.toArray(String[]::new));
    }
    table.print(out);
  }

  private static void print(
      String what,
      ModelComparison comparison,
      List<String> columns,
      String format,
      Function<ModelComparison.Layer, double[]> numbers,
      PrintWriter out) {
    Table table = table(what, columns);
    comparison.layers().forEach(layer -> addRow(table, layer, format, numbers));
    addRow(table, comparison.total(), format, numbers);
    table.print(out);
  }

  private static Table table(String what, List<String> columns) {
    List<String> headings = new ArrayList<>(List.of(what));
    columns.forEach(column -> headings.add(">" + Table.plain(column)));
    return new Table(headings.toArray(String[]::new));
  }

  private static void addRow(
      Table table,
      ModelComparison.Layer layer,
      String format,
      Function<ModelComparison.Layer, double[]> numbers) {
    List<String> cells = new ArrayList<>(List.of(layer.name()));
    for (double number : numbers.apply(layer)) {
      cells.add(number(format, number));
    }
    table.row(cells.toArray(String[]::new));
  }

  private static String number(String format, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "-";
  }
}
