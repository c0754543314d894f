package dev.amalgam.job.api;

import java.util.List;

/**
 * A text that a model has continued.
 *
 * @param promptTokens the number of tokens of the prompt
 * @param tokens the tokens that were made
 * @param end why there are no more
 * @param promptNanos how long the prompt took, in nanoseconds
 * @param tokensNanos how long the tokens behind the first took, in nanoseconds
 */
public record Generation(
    int promptTokens, List<Integer> tokens, End end, long promptNanos, long tokensNanos) {

  /** What ended a text. */
  public enum End {
    /** The model, by a token that means the end. */
    TEXT,
    /** There are as many tokens as were wanted. */
    LENGTH,
    /** There are as many tokens as the model was made for. */
    POSITIONS
  }
}
