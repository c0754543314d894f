package dev.amalgam.io.report;

/**
 * What importance makes of a budget: drop rates and weights, as a reconstruction of APL (Kong,
 * Zhang, Wang, arXiv 2408.09485) has them.
 */
final class Calibration {

  private static final int STEPS = 200;

  private Calibration() {}

  /**
   * Returns the drop rate of each partition, {@code d = σ(logit p − (s − μ)/τ1)}, where μ is such
   * that the budget {@code Σ n·d = p·Σ n} holds.
   *
   * @param relative s, importance for each parameter relative to its mean
   * @param sizes n, the number of parameters
   * @param drop p, above 0 and below 1
   * @param tau1 above 0
   */
  static double[] dropRates(double[] relative, long[] sizes, double drop, double tau1) {
    double target = 0;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < sizes.length; i++) {
      target += drop * sizes[i];
      low = Math.min(low, relative[i]);
      high = Math.max(high, relative[i]);
    }
    // At the least s no rate is above p, at the greatest none below.
    for (int step = 0; step < STEPS; step++) {
      double middle = low + (high - low) / 2;
      if (middle <= low || middle >= high) {
        break;
      }
      double dropped = 0;
      for (int i = 0; i < sizes.length; i++) {
        dropped += sizes[i] * rate(relative[i], drop, tau1, middle);
      }
      if (dropped < target) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double[] rates = new double[sizes.length];
    for (int i = 0; i < rates.length; i++) {
      rates[i] = rate(relative[i], drop, tau1, high);
    }
    return rates;
  }

  private static double rate(double relative, double drop, double tau1, double mu) {
    double logit = Math.log(drop) - Math.log1p(-drop);
    return 1 / (1 + Math.exp(-(logit - (relative - mu) / tau1)));
  }

  /**
   * Turns the shares that a partition has of the importance of each of T experts into their
   * weights, in place: {@code T·softmax(S/τ2)} with S the share relative to its mean over the
   * experts; all 1 where nobody has any.
   *
   * @param tau2 above 0
   */
  static void weights(double[] shares, double tau2) {
    double sum = 0;
    double greatest = 0;
    for (double share : shares) {
      sum += share;
      greatest = Math.max(greatest, share);
    }
    double mean = sum / shares.length;
    double exponentials = 0;
    for (int t = 0; t < shares.length; t++) {
      shares[t] = mean > 0 ? Math.exp((shares[t] - greatest) / mean / tau2) : 1;
      exponentials += shares[t];
    }
    for (int t = 0; t < shares.length; t++) {
      shares[t] *= shares.length / exponentials;
    }
  }
}
