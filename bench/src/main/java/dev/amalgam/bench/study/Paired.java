package dev.amalgam.bench.study;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * The difference of two contenders, task by task, and split by split.
 *
 * @param mean the mean over tasks and splits
 * @param margin what the 95 % interval of Student's t reaches to either side of the mean
 */
record Paired(double mean, double margin) {

  /** Returns how much better some results are than others of the same tasks. */
  static Paired of(Collection<Result> some, Collection<Result> others) {
    Map<String, Double> first = byTask(some);
    Map<String, Double> second = byTask(others);
    List<Double> differences =
        first.entrySet().stream().map(e -> e.getValue() - second.get(e.getKey())).toList();
    Summary summary = Summary.of(differences);
    int count = differences.size();
    if (count < 2) {
      return new Paired(summary.mean(), Double.POSITIVE_INFINITY);
    }
    double quantile = new TDistribution(count - 1.0).inverseCumulativeProbability(0.975);
    return new Paired(summary.mean(), quantile * summary.deviation() / Math.sqrt(count));
  }

  /** Returns each task's mean over seeds. */
  private static Map<String, Double> byTask(Collection<Result> results) {
    return results.stream()
        .collect(
            Collectors.groupingBy(
                result -> result.task() + "/" + result.shuffle(),
                TreeMap::new,
                Collectors.averagingDouble(Result::value)));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%+.3f ± %.3f", mean, margin);
  }
}
