package dev.amalgam.job.report;

/** How amounts are distributed over values from 0 to some most. */
final class Distribution {

  private static final int BINS = 1000;

  private final double most;
  private final double[] amounts = new double[BINS];
  private double total;
  private double sum;

  Distribution(double most) {
    this.most = most;
  }

  void add(double value, double amount) {
    amounts[Math.clamp((int) (value / most * BINS), 0, BINS - 1)] += amount;
    total += amount;
    sum += value * amount;
  }

  /** Returns the mean; NaN if there is nothing. */
  double mean() {
    return sum / total;
  }

  /** Returns the share of the amount in each of a number of equal ranges that divides 1000. */
  double[] shares(int ranges) {
    double[] shares = new double[ranges];
    for (int i = 0; i < BINS; i++) {
      shares[i * ranges / BINS] += total > 0 ? amounts[i] / total : 0;
    }
    return shares;
  }

  /** Returns the value below which a share of the amount is, to a thousandth of the most. */
  double quantile(double share) {
    double below = 0;
    for (int i = 0; i < BINS; i++) {
      below += amounts[i];
      if (below > 0 && below >= share * total) {
        return (i + 0.5) / BINS * most;
      }
    }
    return Double.NaN;
  }
}
