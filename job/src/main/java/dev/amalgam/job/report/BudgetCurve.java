package dev.amalgam.job.report;

/**
 * Which share of importance is kept with a share of the parameters, the most important partitions
 * first by importance for each parameter.
 *
 * @param budgets cumulated shares of parameters, from 0 to 1
 * @param kept the share of importance that goes with each
 */
record BudgetCurve(double[] budgets, double[] kept) {

  static BudgetCurve of(ScoreBins bins) {
    int count = bins.sizes().length;
    double[] budgets = new double[count + 1];
    double[] kept = new double[count + 1];
    double parameters = 0;
    for (long size : bins.sizes()) {
      parameters += size;
    }
    double total = bins.total();
    for (int i = 1; i <= count; i++) {
      int slot = count - i;
      budgets[i] = budgets[i - 1] + bins.sizes()[slot] / parameters;
      kept[i] = total > 0 ? kept[i - 1] + bins.importance()[slot] / total : budgets[i];
    }
    budgets[count] = 1;
    kept[count] = 1;
    return new BudgetCurve(budgets, kept);
  }

  /** Returns the share of importance that is kept at a budget, in between in proportion. */
  double at(double budget) {
    int i = 1;
    while (i < budgets.length - 1 && budgets[i] < budget) {
      i++;
    }
    double width = budgets[i] - budgets[i - 1];
    return width > 0
        ? kept[i - 1] + (kept[i] - kept[i - 1]) * (budget - budgets[i - 1]) / width
        : kept[i];
  }
}
