package dev.amalgam.core.calibration;

import dev.amalgam.core.sparsify.Sampled;
import dev.amalgam.core.sparsify.Scores;
import java.util.List;

/**
 * Finds the rates of importance sampling: {@code Σ min(1, a + c·score)} over all entries is to be
 * the budget.
 */
final class SampleRates {

  // Upper bits of a float: sign, exponent and seven bits of the fraction.
  private static final int BINS = 1 << 15;
  // By how much the score that stands for a bin may be wrong is less than this.
  private static final double BIN_ERROR = 1.0 / 64;
  private static final int MOST_ROUNDS = 60;

  private final Scan scan;
  private final List<String> tensors;
  private final List<Long> elements;
  private final double a;
  private final double budget;

  SampleRates(Scan scan, List<String> tensors, List<Long> elements, double a, double budget) {
    this.scan = scan;
    this.tensors = tensors;
    this.elements = elements;
    this.a = a;
    this.budget = budget;
  }

  /** Returns the rates that spend the budget. */
  Sampled.Rates find() {
    long[] totals = histogram();
    long scoring = 0;
    for (int bin = 1; bin < BINS; bin++) {
      scoring += totals[bin];
    }
    if (scoring + a * totals[0] <= budget) {
      // What scores does not spend the budget; the others share what is left.
      double share = totals[0] > 0 ? Math.min(1, (budget - scoring) / totals[0]) : 1;
      return new Sampled.Rates(share, Double.POSITIVE_INFINITY);
    }
    // The sum is concave in c, so from below the steps never go too far.
    double c = guess(totals) * (1 - BIN_ERROR);
    for (int round = 0; round < MOST_ROUNDS && c > 0; round++) {
      double better = refine(c);
      boolean settled = Math.abs(better - c) <= 1e-12 * c;
      c = better;
      if (settled) {
        break;
      }
    }
    return new Sampled.Rates(a, Math.max(0, c));
  }

  private long[] histogram() {
    long[] totals = new long[BINS];
    scan.run(
        tensors,
        (_, _, scores) -> {
          int[] own = new int[BINS];
          for (float score : scores) {
            own[Scores.key(score) >>> 16]++;
          }
          synchronized (totals) {
            for (int bin = 0; bin < BINS; bin++) {
              totals[bin] += own[bin];
            }
          }
        });
    return totals;
  }

  private double guess(long[] totals) {
    double low = 0;
    double high = Double.MAX_VALUE;
    for (int step = 0; step < 2200 && low < high; step++) {
      // By exponents, since scores may be of any size.
      double middle =
          low == 0
              ? (high > 1e-300 ? high * 1e-3 : 0)
              : high / low > 4 ? Math.sqrt(low) * Math.sqrt(high) : (low + high) / 2;
      if (middle <= low || middle >= high) {
        break;
      }
      if (expected(totals, middle) < budget) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  private double expected(long[] totals, double c) {
    double sum = 0;
    for (int bin = 0; bin < BINS; bin++) {
      if (totals[bin] > 0) {
        double score = Float.intBitsToFloat(bin << 16 | (bin == 0 ? 0 : 1 << 15));
        sum += totals[bin] * Math.min(1, a + c * score);
      }
    }
    return sum;
  }

  /**
   * Returns the c that spends the budget if the entries that are sure to be kept are those of c.
   */
  private double refine(double c) {
    int[] starts = new int[tensors.size() + 1];
    for (int t = 0; t < tensors.size(); t++) {
      starts[t + 1] = starts[t] + Scan.chunks(elements.get(t));
    }
    double[] sums = new double[starts[tensors.size()]];
    long[] sure = new long[sums.length];
    scan.run(
        tensors,
        (tensor, block, scores) -> {
          int chunk = starts[tensor] + block.index();
          for (float score : scores) {
            if (a + c * score >= 1) {
              sure[chunk]++;
            } else if (Sampled.Rates.counts(score)) {
              sums[chunk] += score;
            }
          }
        });
    double sum = 0;
    long kept = 0;
    for (int chunk = 0; chunk < sums.length; chunk++) {
      sum += sums[chunk];
      kept += sure[chunk];
    }
    long all = elements.stream().mapToLong(Long::longValue).sum();
    return sum > 0 ? (budget - kept - a * (all - kept)) / sum : c;
  }
}
