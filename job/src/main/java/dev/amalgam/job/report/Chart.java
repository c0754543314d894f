package dev.amalgam.job.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** A chart, as numbers. What is NaN is not drawn. */
sealed interface Chart {

  /** Returns what stands above it. */
  String title();

  /**
   * Returns the names that colours stand for, in their order; nothing where there is one colour.
   */
  List<String> legend();

  /** Returns the tallest of all bars, so that charts can share an axis. */
  static double most(Stream<double[]> bars) {
    return bars.flatMapToDouble(Arrays::stream).max().orElse(Double.NaN);
  }

  /**
   * Which numbers colours stand for: from white at 0 to the darkest, and where some are negative as
   * far in another colour.
   *
   * @param least 0, or minus the most
   * @param most the number of the darkest colour, above 0
   */
  record Scale(double least, double most) {

    /** Returns the scale on which all numbers can be compared. */
    static Scale of(DoubleStream numbers) {
      double[] finite = numbers.filter(Double::isFinite).toArray();
      double most = Arrays.stream(finite).map(Math::abs).max().orElse(0);
      most = most == 0 ? 1 : most;
      return new Scale(Arrays.stream(finite).anyMatch(x -> x < 0) ? -most : 0, most);
    }

    /** Returns the scale on which all numbers of some grids can be compared. */
    static Scale of(Stream<double[][]> grids) {
      return of(grids.flatMap(Arrays::stream).flatMapToDouble(Arrays::stream));
    }
  }

  /**
   * Colours in a grid.
   *
   * @param columns names along the horizontal axis
   * @param rows names along the vertical axis, from the top
   * @param horizontal what the horizontal axis is; empty where its names tell
   * @param values by column and row
   * @param percent whether values are shares
   */
  record Heat(
      String title,
      List<String> columns,
      List<String> rows,
      String horizontal,
      double[][] values,
      boolean percent,
      Scale scale)
      implements Chart {
    @Override
    public List<String> legend() {
      return List.of();
    }
  }

  /**
   * Groups of bars.
   *
   * @param groups their names
   * @param vertical what the vertical axis is
   * @param most where the vertical axis ends; NaN where the tallest bar says
   * @param series the bars of each group
   */
  record Bars(
      String title,
      List<String> groups,
      String horizontal,
      String vertical,
      double most,
      List<Series> series)
      implements Chart {
    @Override
    public List<String> legend() {
      return series.size() > 1 ? series.stream().map(Series::name).toList() : List.of();
    }
  }

  /**
   * Lines.
   *
   * @param horizontal what the horizontal axis is
   * @param vertical what the vertical axis is
   * @param shares whether both axes go from 0 to 1, rather than as far as the lines
   */
  record Lines(String title, String horizontal, String vertical, boolean shares, List<Line> lines)
      implements Chart {
    @Override
    public List<String> legend() {
      return lines.stream().map(Line::name).toList();
    }
  }

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
