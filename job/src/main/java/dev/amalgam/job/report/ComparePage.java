package dev.amalgam.job.report;

import dev.amalgam.job.api.ModelComparison;
import dev.amalgam.job.api.TaskResults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Shows a {@link ModelComparison} as an HTML page. */
public final class ComparePage {

  private final ModelComparison comparison;
  private final List<String> names;

  private ComparePage(ModelComparison comparison) {
    this.comparison = comparison;
    this.names = Text.visible(comparison.names());
  }

  /**
   * Writes a new file, which appears when it is complete.
   *
   * @param version the version of Amalgam
   * @throws dev.amalgam.core.AmalgamException if the file cannot be written
   */
  public static void write(ModelComparison comparison, String version, Path file) {
    ComparePage page = new ComparePage(comparison);
    List<Section> sections = new ArrayList<>();
    comparison.tasks().ifPresent(results -> sections.add(tasks(results)));
    sections.add(page.norms());
    sections.add(page.cosines());
    if (!comparison.experts().isEmpty()) {
      sections.add(page.shares());
    }
    new Page("Models compared", version, "", sections).write(file);
  }

  private static Section tasks(TaskResults results) {
    List<Chart> charts = new ArrayList<>();
    List<Section.Table> tables = new ArrayList<>();
    TaskCharts.add(results, charts, tables);
    return new Section(
        "tasks",
        "By task",
        List.of("How well the base, the experts and the models do on each file of examples."),
        charts,
        tables);
  }

  /** Numbers of a layer. */
  private interface OfLayer {
    double[] of(ModelComparison.Layer layer);
  }

  /** Returns a grid by layer, and a name of each number. */
  private Chart.Heat heat(
      String title, List<String> rows, boolean percent, Chart.Scale scale, OfLayer numbers) {
    return new Chart.Heat(
        title,
        comparison.layers().stream().map(ModelComparison.Layer::name).toList(),
        rows,
        "layer",
        cells(numbers),
        percent,
        scale);
  }

  private double[][] cells(OfLayer numbers) {
    return comparison.layers().stream().map(numbers::of).toArray(double[][]::new);
  }

  private Section.Table table(
      String caption, List<String> columns, boolean percent, OfLayer numbers) {
    List<List<String>> rows = new ArrayList<>();
    comparison.layers().forEach(layer -> rows.add(row(layer, percent, numbers)));
    rows.add(row(comparison.total(), percent, numbers));
    List<String> head = new ArrayList<>(List.of("layer"));
    head.addAll(columns);
    return new Section.Table(caption, false, head, rows);
  }

  private static List<String> row(ModelComparison.Layer layer, boolean percent, OfLayer numbers) {
    List<String> row = new ArrayList<>(List.of(layer.name()));
    for (double number : numbers.of(layer)) {
      row.add(percent ? Text.percent(number) : Text.number(number));
    }
    return row;
  }

  private Section norms() {
    Chart.Scale scale = Chart.Scale.of(Stream.<double[][]>of(cells(ModelComparison.Layer::norms)));
    return new Section(
        "norms",
        "Norm of the delta",
        List.of(
            "The Euclidean norm of what a model differs by from the base."
                + Text.left(comparison.left().size())),
        List.of(heat("By layer", names, false, scale, ModelComparison.Layer::norms)),
        List.of(table("Norms by layer", names, false, ModelComparison.Layer::norms)));
  }

  private Section cosines() {
    List<List<Integer>> others =
        IntStream.range(0, comparison.models().size()).mapToObj(this::others).toList();
    List<double[][]> grids = new ArrayList<>();
    for (int m = 0; m < others.size(); m++) {
      grids.add(cells(cosines(m, others.get(m))));
    }
    Chart.Scale scale = Chart.Scale.of(grids.stream());
    List<Chart> charts = new ArrayList<>();
    List<Section.Table> tables = new ArrayList<>();
    for (int m = 0; m < others.size() && names.size() > 1; m++) {
      List<String> labels = others.get(m).stream().map(names::get).toList();
      OfLayer numbers = cosines(m, others.get(m));
      charts.add(heat(names.get(m), labels, false, scale, numbers));
      tables.add(table("Cosines of " + names.get(m), labels, false, numbers));
    }
    return new Section(
        "cosines",
        "Cosine",
        List.of(
            "The cosine of the angle between two deltas: 1 where they point the same way, 0 where"
                + " they have nothing to do with each other. All charts have one scale."),
        charts,
        tables);
  }

  private List<Integer> others(int model) {
    return IntStream.range(0, names.size()).filter(other -> other != model).boxed().toList();
  }

  private static OfLayer cosines(int model, List<Integer> others) {
    return layer -> others.stream().mapToDouble(other -> layer.cosines()[model][other]).toArray();
  }

  private Section shares() {
    List<String> experts = Text.visible(comparison.experts());
    List<Chart> charts = new ArrayList<>();
    List<Section.Table> tables = new ArrayList<>();
    List<double[][]> grids = new ArrayList<>();
    for (int m = 0; m < comparison.models().size(); m++) {
      int model = m;
      grids.add(cells(layer -> layer.shares()[model]));
    }
    Chart.Scale scale = Chart.Scale.of(grids.stream());
    for (int m = 0; m < comparison.models().size(); m++) {
      int model = m;
      OfLayer numbers = layer -> layer.shares()[model];
      charts.add(heat(names.get(m), experts, true, scale, numbers));
      tables.add(table("Shares in " + names.get(m), experts, true, numbers));
    }
    return new Section(
        "shares",
        "Who has its way where",
        List.of(MergeSections.WHAT_SHARES_ARE + " All charts have one scale."),
        charts,
        tables);
  }
}
