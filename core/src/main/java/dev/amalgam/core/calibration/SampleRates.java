package dev.amalgam.core.calibration;

import java.util.List;

/**
 * Finds the c of importance sampling: {@code Σ min(1, a + c·score)} over all entries is to be the
 * budget.
 */
final class SampleRates {

  // Upper bits of a float: sign, exponent and seven bits of the fraction.
  private static final int BINS = 1 << 15;
  private static final int MOST_ROUNDS = 20;

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

  /** Returns c: infinite if even that does not spend the budget, for want of entries that score. */
  double find() {
    double c = guess();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (c <= 0 || Double.isInfinite(c)) {
        return Math.max(0, c);
      }
      double better = refine(c);
      if (Math.abs(better - c) <= 1e-12 * c) {
        return better;
      }
      c = better;
    }
    return c;
  }

  private double guess() {
    long[] totals = new long[BINS];
    scan.run(
        tensors,
        (_, _, _, scores, count) -> {
          int[] own = new int[BINS];
          for (int i = 0; i < count; i++) {
            own[TopOfRows.key(scores[i]) >>> 16]++;
          }
          synchronized (totals) {
            for (int bin = 0; bin < BINS; bin++) {
              totals[bin] += own[bin];
            }
          }
        });
    long scoring = 0;
    for (int bin = 1; bin < BINS; bin++) {
      scoring += totals[bin];
    }
    if (scoring + a * totals[0] <= budget) {
      return Double.POSITIVE_INFINITY;
    }
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
        (tensor, from, _, scores, count) -> {
          int chunk = starts[tensor] + (int) (from / Scan.CHUNK);
          for (int i = 0; i < count; i++) {
            if (a + c * scores[i] >= 1) {
              sure[chunk]++;
            } else {
              sums[chunk] += scores[i];
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
