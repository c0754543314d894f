package dev.amalgam.core.calibration;

import java.util.Arrays;

/** Decides which entries of one expert's delta of one tensor are kept, and rescales them. */
public interface Selection {

  /** Keeps every entry. */
  Selection ALL = (delta, scores, draws, from, count) -> {};

  /** Keeps no entry. */
  Selection NONE = (delta, scores, draws, from, count) -> Arrays.fill(delta, 0, count, 0f);

  /** Returns whether the scores of entries are needed. */
  default boolean needsScores() {
    return false;
  }

  /** Returns whether random draws are needed. */
  default boolean needsDraws() {
    return false;
  }

  /** Returns the number of consecutive entries that must be seen together. */
  default long unit() {
    return 1;
  }

  /**
   * Zeroes what is not kept of consecutive entries, and rescales what is.
   *
   * @param scores the entries' scores, if they are needed
   * @param draws 32 random bits for each, if they are needed
   * @param from the number of the first entry
   */
  void apply(float[] delta, float[] scores, int[] draws, long from, int count);
}
