package dev.amalgam.core.merge;

import dev.amalgam.core.repair.MergedModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A merged model and what it misses of each expert's gain on the examples that judge.
 *
 * @param merged the model
 * @param missed a share for each expert
 * @param forgotten what it forgets of a base that is to be retained, in the same measure as the
 *     mean share; else 0
 */
record Judged(MergedModel merged, double[] missed, double forgotten) {

  /** Returns the mean share that is missed. */
  double mean() {
    return Arrays.stream(missed).average().orElseThrow();
  }

  /** Returns what is missed and forgotten; infinite where it is no number. */
  private double cost() {
    double cost = mean() + forgotten;
    return Double.isNaN(cost) ? Double.POSITIVE_INFINITY : cost;
  }

  boolean isBetterThan(Judged other) {
    return cost() < other.cost();
  }

  /** Makes a model and judges it. */
  interface Try {
    /** Returns what a value makes. */
    Judged of(double value);
  }

  /** Follows values, from one of them, as long as they get better. */
  static Judged follow(List<Double> values, double from, Try tried) {
    Map<Integer, Judged> seen = new HashMap<>();
    int at = values.indexOf(from);
    while (true) {
      int best = at;
      for (int i : new int[] {at, at - 1, at + 1}) {
        if (i >= 0 && i < values.size()) {
          Judged here = seen.computeIfAbsent(i, n -> tried.of(values.get(n)));
          if (here.isBetterThan(seen.get(best))) {
            best = i;
          }
        }
      }
      if (best == at) {
        return seen.get(at);
      }
      at = best;
    }
  }
}
