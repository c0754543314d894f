package dev.amalgam.bench.fuzz;

/** What came of a job on damaged files. */
sealed interface Outcome {

  /** The job did its work. */
  record Worked() implements Outcome {}

  /** The job said in one line why not. */
  record Refused(String message) implements Outcome {}

  /**
   * The job broke a promise.
   *
   * @param what in a few words that are the same whenever the reason is
   * @param details one or more lines
   */
  record Failed(String what, String details) implements Outcome {}
}
