package dev.amalgam.job.report;

import java.util.List;

/** A chart, as numbers. What is NaN is not drawn. */
sealed interface Chart {

  /** Returns what stands above it. */
  String title();

  /**
   * Colours in a grid.
   *
   * @param columns names along the horizontal axis
   * @param rows names along the vertical axis, from the top
   * @param values by column and row
   * @param percent whether values are shares
   */
  record Heat(
      String title, List<String> columns, List<String> rows, double[][] values, boolean percent)
      implements Chart {}

  /**
   * Groups of bars.
   *
   * @param groups their names
   * @param vertical what the vertical axis is
   * @param series the bars of each group
   */
  record Bars(
      String title, List<String> groups, String horizontal, String vertical, List<Series> series)
      implements Chart {}

  /**
   * Lines, from 0 to 1 in both directions.
   *
   * @param horizontal what the horizontal axis is
   * @param vertical what the vertical axis is
   */
  record Lines(String title, String horizontal, String vertical, List<Line> lines)
      implements Chart {}

  /**
   * Bars of one colour.
   *
   * @param name what they are
   * @param values one for each group
   */
  record Series(String name, double[] values) {}

  /**
   * A line.
   *
   * @param name what it is
   * @param points x and y
   */
  record Line(String name, double[][] points) {}
}
