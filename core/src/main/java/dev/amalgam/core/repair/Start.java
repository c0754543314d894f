package dev.amalgam.core.repair;

/** Where a repair begins. */
public enum Start {
  /**
   * Each layer answers each task's inputs as the task's expert does, as nearly as one layer can.
   */
  REGRESSION,
  /** The base and a share of the sum of the deltas. */
  SUM,
  /** What locating makes: drop rates and weights by importance at the base. */
  LOCATED
}
