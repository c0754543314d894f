package dev.amalgam.io.regex;

/**
 * A regular expression as instructions for {@link Run}. Operands follow each instruction: T the
 * number of a table of code points, P a place in the program.
 *
 * @param code instructions and operands
 * @param tables the sets of code points
 * @param slots how many loops watch for empty rounds
 * @param first the code points a match can start with, or null if it can be empty
 */
record Program(int[] code, CodePointTable[] tables, int slots, CodePointTable first) {

  /** The match, or the inner match, is complete. */
  static final int END = 0;

  /** T: one code point of the set. */
  static final int ONE = 1;

  /** T least most: code points of the set, as many as possible first. */
  static final int RUN = 2;

  /** T least most: code points of the set, as few as possible first. */
  static final int LAZY_RUN = 3;

  /** T least most: code points of the set, as many as possible only. */
  static final int WHOLE_RUN = 4;

  /** P P T T: goes on at the first place, and failing that at the second; −1 for no table. */
  static final int SPLIT = 5;

  /** P: goes on there. */
  static final int JUMP = 6;

  /** P 0: an inner match, up to that place, after which nothing in it is tried again. */
  static final int ATOMIC = 7;

  /** P 0: what follows must match the inner expression. */
  static final int AHEAD = 8;

  /** P 0: what follows must not match the inner expression. */
  static final int NOT_AHEAD = 9;

  /** P n: the n code points before must match the inner expression. */
  static final int BEHIND = 10;

  /** P n: the n code points before must not match the inner expression. */
  static final int NOT_BEHIND = 11;

  /** kind T: a condition on the place; the table holds what words consist of. */
  static final int PLACE = 12;

  /** slot: notes where a round of a loop starts. */
  static final int ROUND = 13;

  /** slot P: goes on there if the round matched nothing. */
  static final int LEAVE_IF_EMPTY = 14;
}
