package dev.amalgam.job.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Importance by layer and part of the layer: in each cell the mean magnitudes of the scores of its
 * names, added.
 *
 * @param columns the layers, and what is in none, in the order of the model
 * @param parts the parts that there are
 * @param cells by column and part; NaN where there is nothing
 * @param left how many more columns there were than are shown
 */
record HeatMap(List<String> columns, List<Place.Part> parts, double[][] cells, int left) {

  private static final int MOST_COLUMNS = 400;

  static HeatMap of(ScoreFile file) {
    Map<Place, Double> sums = new TreeMap<>(Place.ORDER);
    for (String name : file.scoredNames()) {
      sums.merge(Place.of(name), file.magnitude(name), Double::sum);
    }
    List<Place> all = sums.keySet().stream().map(Place::whole).distinct().toList();
    List<Place> shown = all.stream().limit(MOST_COLUMNS).toList();
    List<Place.Part> parts = sums.keySet().stream().map(Place::part).distinct().sorted().toList();
    double[][] cells = new double[shown.size()][parts.size()];
    List<String> columns = new ArrayList<>();
    for (int c = 0; c < cells.length; c++) {
      Place place = shown.get(c);
      columns.add(place.column());
      for (int p = 0; p < cells[c].length; p++) {
        Place cell = new Place(place.layer(), place.column(), parts.get(p));
        cells[c][p] = sums.getOrDefault(cell, Double.NaN);
      }
    }
    return new HeatMap(columns, parts, cells, all.size() - shown.size());
  }
}
