package dev.amalgam.bench.study;

import java.util.List;
import java.util.Locale;

/**
 * Several figures in short.
 *
 * @param mean their mean
 * @param deviation their standard deviation (of a sample); 0 for a single one
 * @param count how many there are
 */
record Summary(double mean, double deviation, int count) {

  static Summary of(List<Double> values) {
    double mean = values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    int count = values.size();
    return new Summary(mean, count < 2 ? 0 : Math.sqrt(squares / (count - 1)), count);
  }

  @Override
  public String toString() {
    return count < 2
        ? String.format(Locale.ROOT, "%.3f", mean)
        : String.format(Locale.ROOT, "%.3f ± %.3f", mean, deviation);
  }
}
