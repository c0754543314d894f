package dev.amalgam.job.report;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.DoubleFunction;

/**
 * Numbers by layer and part of the layer, of several models or sidecars: a chart of each, and one
 * of what is in no layer, all on one scale; and tables.
 */
final class PlaceCharts {

  private static final int MOST_LAYERS = 400;

  /**
   * The numbers of a model or sidecar.
   *
   * @param label what the report calls it
   * @param values in the order of the model
   */
  record Numbers(String label, SortedMap<Place, Double> values) {

    /** Returns the layers, from the first on. */
    private List<Integer> layers() {
      return values.keySet().stream()
          .filter(Place::isInLayer)
          .map(Place::layer)
          .distinct()
          .toList();
    }

    private List<Place.Part> parts() {
      return values.keySet().stream()
          .filter(Place::isInLayer)
          .map(Place::part)
          .distinct()
          .sorted()
          .toList();
    }

    /** Returns the number of a part of a layer; NaN where there is none. */
    private double at(int layer, Place.Part part) {
      return values.getOrDefault(new Place(layer, Integer.toString(layer), part), Double.NaN);
    }
  }

  private final List<Numbers> all;
  private final boolean percent;
  private final Chart.Scale scale;

  private PlaceCharts(List<Numbers> all, boolean percent) {
    this.all = all;
    this.percent = percent;
    this.scale =
        Chart.Scale.of(
            all.stream()
                .flatMap(numbers -> numbers.values().values().stream())
                .mapToDouble(Double::doubleValue));
  }

  /**
   * Adds charts and tables.
   *
   * @param what the numbers are, as a heading begins
   * @param percent whether they are shares
   */
  static void add(
      String what,
      List<Numbers> all,
      boolean percent,
      List<Chart> charts,
      List<Section.Table> tables) {
    PlaceCharts maker = new PlaceCharts(all, percent);
    for (Numbers numbers : all) {
      if (!numbers.layers().isEmpty()) {
        maker.addLayers(numbers, charts, tables);
      }
    }
    List<Place> outside =
        all.stream()
            .flatMap(numbers -> numbers.values().keySet().stream())
            .filter(place -> !place.isInLayer())
            .distinct()
            .sorted(Place.ORDER)
            .toList();
    if (!outside.isEmpty()) {
      maker.addOutside(what + " outside of layers", outside, charts, tables);
    }
  }

  private DoubleFunction<String> written() {
    return percent ? Text::percent : Text::number;
  }

  private void addLayers(Numbers numbers, List<Chart> charts, List<Section.Table> tables) {
    String label = Text.visible(numbers.label());
    List<Integer> layers = numbers.layers();
    List<Integer> shown = layers.stream().limit(MOST_LAYERS).toList();
    List<Place.Part> parts = numbers.parts();
    List<String> names = parts.stream().map(Place.Part::word).toList();
    double[][] cells = new double[shown.size()][parts.size()];
    List<List<String>> rows = new ArrayList<>();
    for (int c = 0; c < cells.length; c++) {
      List<String> row = new ArrayList<>(List.of(Integer.toString(shown.get(c))));
      for (int p = 0; p < parts.size(); p++) {
        cells[c][p] = numbers.at(shown.get(c), parts.get(p));
        row.add(written().apply(cells[c][p]));
      }
      rows.add(row);
    }
    charts.add(
        new Chart.Heat(
            label,
            shown.stream().map(layer -> Integer.toString(layer)).toList(),
            names,
            "layer",
            cells,
            percent,
            scale));
    int left = layers.size() - shown.size();
    String more = left == 0 ? "" : " (the first; " + left + " more are left out)";
    List<String> head = new ArrayList<>(List.of("layer"));
    head.addAll(names);
    tables.add(new Section.Table(label + " by layer" + more, false, head, rows));
  }

  private void addOutside(
      String title, List<Place> places, List<Chart> charts, List<Section.Table> tables) {
    List<String> labels = all.stream().map(numbers -> Text.visible(numbers.label())).toList();
    List<String> columns = places.stream().map(Place::column).toList();
    double[][] cells = new double[places.size()][all.size()];
    List<List<String>> rows = new ArrayList<>();
    for (int m = 0; m < all.size(); m++) {
      List<String> row = new ArrayList<>(List.of(labels.get(m)));
      for (int c = 0; c < cells.length; c++) {
        cells[c][m] = all.get(m).values().getOrDefault(places.get(c), Double.NaN);
        row.add(written().apply(cells[c][m]));
      }
      rows.add(row);
    }
    charts.add(new Chart.Heat(title, columns, labels, "", cells, percent, scale));
    List<String> head = new ArrayList<>(List.of(""));
    head.addAll(columns);
    tables.add(new Section.Table(title, false, head, rows));
  }
}
