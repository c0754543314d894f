package dev.amalgam.core.calibration;

import java.util.Arrays;

/**
 * Weights of experts by importance. With {@code v} the share of an expert's importance that a
 * partition has, and S that share relative to its mean over the experts, an expert's weight is
 * {@code T·softmax(S/τ2)} over the T experts: their mean is 1.
 */
public final class ExpertWeights {

  private ExpertWeights() {}

  /**
   * Turns the shares of T experts into their weights, in place: all 1 where nobody has any.
   *
   * @param tau2 above 0, infinite allowed
   */
  public static void of(double[] shares, double tau2) {
    double sum = 0;
    double greatest = 0;
    for (double share : shares) {
      sum += share;
      greatest = Math.max(greatest, share);
    }
    int experts = shares.length;
    if (sum <= 0 || Double.isInfinite(tau2)) {
      Arrays.fill(shares, 1);
      return;
    }
    double mean = sum / experts;
    double exponentials = 0;
    for (int t = 0; t < experts; t++) {
      shares[t] = StrictMath.exp((shares[t] - greatest) / mean / tau2);
      exponentials += shares[t];
    }
    for (int t = 0; t < experts; t++) {
      shares[t] = experts * shares[t] / exponentials;
    }
  }
}
