package dev.amalgam.core.merge;

import dev.amalgam.core.evidence.Evidence;
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
 */
record Judged(MergedModel merged, double[] missed) {

  /** Returns a model, judged. */
  static Judged of(MergedModel merged, Evidence evidence) {
    return new Judged(merged, evidence.gainMissed(merged.weights()));
  }

  /** Returns the mean share that is missed; infinite where it is no number. */
  double mean() {
    double mean = Arrays.stream(missed).average().orElseThrow();
    return Double.isNaN(mean) ? Double.POSITIVE_INFINITY : mean;
  }

  boolean isBetterThan(Judged other) {
    return mean() < other.mean();
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
