package dev.amalgam.core.evidence;

/**
 * How many examples there are of a task.
 *
 * @param examples those from which evidence is gathered
 * @param tokens their tokens
 * @param judgingTokens the tokens of those that judge
 */
public record TaskSize(int examples, long tokens, long judgingTokens) {

  private static final int BATCH_TOKENS = 4096;

  /** Returns in about how many batches some tokens run. */
  public static long batches(double tokens) {
    return Math.max(1, (long) Math.ceil(tokens / BATCH_TOKENS));
  }
}
