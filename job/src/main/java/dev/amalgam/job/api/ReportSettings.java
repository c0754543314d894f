package dev.amalgam.job.api;

import static dev.amalgam.core.AmalgamException.quote;

import java.util.List;

/**
 * Budgets and temperatures for which a report tells drop rates and weights.
 *
 * @param densities which shares of the parameters are kept, above 0 and below 1
 * @param tau1 the temperature of drop rates, above 0
 * @param tau2 the temperature of weights, above 0
 */
public record ReportSettings(List<Double> densities, double tau1, double tau2) {

  /** Densities 0.5, 0.2 and 0.1; τ1 = 0.3; τ2 = 0.5. */
  public static final ReportSettings DEFAULT = new ReportSettings(List.of(0.5, 0.2, 0.1), 0.3, 0.5);

  /**
   * Checks the numbers.
   *
   * @throws ReportException if one is out of its range
   */
  public ReportSettings {
    densities = List.copyOf(densities);
    for (double density : densities) {
      if (!(density > 0 && density < 1)) {
        throw new ReportException("a density of " + density + " is not between 0 and 1");
      }
    }
    if (!(tau1 > 0)) {
      throw new ReportException("tau1 is " + quote(Double.toString(tau1)) + "; it must be above 0");
    }
    if (!(tau2 > 0)) {
      throw new ReportException("tau2 is " + quote(Double.toString(tau2)) + "; it must be above 0");
    }
  }
}
