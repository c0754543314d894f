package dev.amalgam.bench.study;

import java.util.List;
import java.util.Locale;

/** What is asked of a method. */
enum Experiment {
  /** One expert at a time is sparsified and added to the base as a whole. */
  PRUNED("One pruned expert", List.of(1.0), List.of(0.5, 0.8, 0.9, 0.95, 0.98, 0.99)),
  /** All experts are merged into one model. */
  MERGED(
      "All experts merged",
      List.of(0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.25, 1.5),
      List.of(0.5, 0.8, 0.9, 0.95));

  private final String title;
  private final List<Double> lambdas;
  private final List<Double> drops;

  Experiment(String title, List<Double> lambdas, List<Double> drops) {
    this.title = title;
    this.lambdas = lambdas;
    this.drops = drops;
  }

  String title() {
    return title;
  }

  /** Returns the factors of the merged delta that are tried. */
  List<Double> lambdas() {
    return lambdas;
  }

  /** Returns the drop rates that are reported. */
  List<Double> drops() {
    return drops;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
