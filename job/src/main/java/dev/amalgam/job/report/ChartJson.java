package dev.amalgam.job.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.io.json.Json;
import java.util.List;

/** Charts as JSON that may stand in an HTML script element. */
final class ChartJson {

  private ChartJson() {}

  /** Returns an array of charts, in which nothing can end the element that holds it. */
  static String of(List<Chart> charts) {
    ArrayNode root = Json.list();
    charts.forEach(chart -> put(chart, root.addObject()));
    return safe(root.toString());
  }

  /** Returns the same JSON without the characters that mean something in HTML or end lines. */
  static String safe(String json) {
    return json.replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }

  private static void put(Chart chart, ObjectNode node) {
    switch (chart) {
      case Chart.Heat heat -> {
        node.put("kind", "heat").put("percent", heat.percent()).put("x", heat.horizontal());
        node.put("least", heat.scale().least()).put("most", heat.scale().most());
        put(heat.columns(), node.putArray("columns"));
        put(heat.rows(), node.putArray("rows"));
        ArrayNode cells = node.putArray("cells");
        for (int c = 0; c < heat.values().length; c++) {
          for (int r = 0; r < heat.values()[c].length; r++) {
            if (Double.isFinite(heat.values()[c][r])) {
              cells.addArray().add(c).add(r).add(heat.values()[c][r]);
            }
          }
        }
      }
      case Chart.Bars bars -> {
        node.put("kind", "bars").put("x", bars.horizontal()).put("y", bars.vertical());
        if (Double.isFinite(bars.most())) {
          node.put("most", bars.most());
        }
        put(bars.groups(), node.putArray("groups"));
        ArrayNode series = node.putArray("series");
        for (Chart.Series one : bars.series()) {
          put(one.values(), series.addObject().put("name", one.name()).putArray("values"));
        }
      }
      case Chart.Lines lines -> {
        node.put("kind", "lines").put("x", lines.horizontal()).put("y", lines.vertical());
        node.put("shares", lines.shares());
        ArrayNode series = node.putArray("lines");
        for (Chart.Line line : lines.lines()) {
          ArrayNode points = series.addObject().put("name", line.name()).putArray("points");
          for (double[] point : line.points()) {
            put(point, points.addArray());
          }
        }
      }
    }
  }

  private static void put(List<String> texts, ArrayNode array) {
    texts.forEach(array::add);
  }

  private static void put(double[] values, ArrayNode array) {
    for (double value : values) {
      if (Double.isFinite(value)) {
        array.add(value);
      } else {
        array.addNull();
      }
    }
  }
}
