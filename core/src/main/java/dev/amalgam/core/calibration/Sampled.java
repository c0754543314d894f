package dev.amalgam.core.calibration;

/**
 * Keeps each entry with a probability that grows with its score, {@code k = min(1, a + c·score)},
 * and multiplies it by {@code 1/k}, no more than {@code cap}: without a cap, the expected delta is
 * the delta (importance sampling).
 *
 * @param a the probability of an entry of score 0
 * @param c how it grows
 * @param cap the largest factor; 1 for no rescaling at all
 */
record Sampled(double a, double c, double cap) implements Selection {

  private static final double LEAST_SCORE = 0x1p-133;

  @Override
  public boolean needsScores() {
    return true;
  }

  @Override
  public boolean needsDraws() {
    return true;
  }

  /** Returns whether a score is large enough to be told from 0. */
  static boolean counts(double score) {
    return score >= LEAST_SCORE;
  }

  double keep(double score) {
    return counts(score) ? Math.min(1, a + c * score) : a;
  }

  @Override
  public void apply(float[] delta, float[] scores, int[] draws, long from, int count) {
    for (int i = 0; i < count; i++) {
      double keep = keep(scores[i]);
      delta[i] =
          RandomKeep.isKept(draws[i], (float) keep)
              ? (float) (delta[i] * Math.min(cap, 1 / keep))
              : 0;
    }
  }
}
