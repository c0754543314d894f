package dev.amalgam.core.calibration;

import java.util.Arrays;

/**
 * Drop rates by importance under a budget. With {@code s} a partition's importance for each of its
 * entries, relative to the mean, {@code d = σ(logit p − (s − μ)/τ1)}, where μ is such that {@code Σ
 * n·d = Σ n·p}.
 */
public final class DropRates {

  private static final int STEPS = 200;

  private DropRates() {}

  /**
   * Returns importance for each entry, relative to its mean over partitions: 1 for all where
   * nothing is important.
   *
   * @param importance of each partition
   * @param sizes the number of entries of each
   */
  public static double[] relative(double[] importance, long[] sizes) {
    double[] relative = new double[importance.length];
    double sum = 0;
    for (int i = 0; i < relative.length; i++) {
      relative[i] = importance[i] / sizes[i];
      sum += relative[i];
    }
    double mean = sum / relative.length;
    for (int i = 0; i < relative.length; i++) {
      relative[i] = mean > 0 ? relative[i] / mean : 1;
    }
    return relative;
  }

  /**
   * Returns the drop rate of each partition.
   *
   * @param relative importance for each entry, relative to its mean
   * @param sizes the number of entries of each partition
   * @param rates the drop rate that each would have were they all alike, from 0 to 1
   * @param tau1 above 0, infinite allowed
   */
  public static double[] of(double[] relative, long[] sizes, double[] rates, double tau1) {
    if (Double.isInfinite(tau1)) {
      return rates.clone();
    }
    double target = 0;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < sizes.length; i++) {
      target += sizes[i] * rates[i];
      low = Math.min(low, relative[i]);
      high = Math.max(high, relative[i]);
    }
    // At the least s no rate is above its own p, at the greatest none below.
    for (int step = 0; step < STEPS && low < high; step++) {
      double middle = low + (high - low) / 2;
      if (middle <= low || middle >= high) {
        break;
      }
      if (dropped(relative, sizes, rates, tau1, middle) < target) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double[] drops = new double[sizes.length];
    for (int i = 0; i < drops.length; i++) {
      drops[i] = rate(relative[i], rates[i], tau1, high);
    }
    return drops;
  }

  /** Returns the same where one drop rate, from 0 to 1, is meant for all. */
  public static double[] of(double[] relative, long[] sizes, double rate, double tau1) {
    double[] rates = new double[sizes.length];
    Arrays.fill(rates, rate);
    return of(relative, sizes, rates, tau1);
  }

  private static double dropped(
      double[] relative, long[] sizes, double[] rates, double tau1, double mu) {
    double sum = 0;
    for (int i = 0; i < sizes.length; i++) {
      sum += sizes[i] * rate(relative[i], rates[i], tau1, mu);
    }
    return sum;
  }

  private static double rate(double relative, double rate, double tau1, double mu) {
    if (rate <= 0 || rate >= 1) {
      return rate;
    }
    double logit = StrictMath.log(rate) - StrictMath.log1p(-rate);
    return 1 / (1 + StrictMath.exp(-(logit - (relative - mu) / tau1)));
  }

  /**
   * Returns whole numbers near the ideals that add up to {@code total}: each is rounded down, and
   * those of the largest remainders are given one more, the first of equals first.
   *
   * @param most how large each may become
   */
  static long[] wholeNumbers(double[] ideals, long[] most, long total) {
    long[] whole = new long[ideals.length];
    long left = total;
    Integer[] order = new Integer[ideals.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = Math.clamp((long) Math.floor(ideals[i]), 0, most[i]);
      left -= whole[i];
      order[i] = i;
    }
    Arrays.sort(order, (a, b) -> Double.compare(ideals[b] - whole[b], ideals[a] - whole[a]));
    // Rounding errors of the rates may leave more than one for each, or take some too many.
    while (left != 0) {
      long before = left;
      for (int i = 0; i < order.length && left != 0; i++) {
        int at = left > 0 ? order[i] : order[order.length - 1 - i];
        if (left > 0 && whole[at] < most[at]) {
          whole[at]++;
          left--;
        } else if (left < 0 && whole[at] > 0) {
          whole[at]--;
          left++;
        }
      }
      if (left == before) {
        throw new IllegalArgumentException("there is no room for " + total);
      }
    }
    return whole;
  }
}
