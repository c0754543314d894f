package dev.amalgam.core.sparsify;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.block.Draws;

/**
 * Keeps each entry with a probability k that grows with its score, and multiplies it by {@code
 * 1/k}, no more than {@code cap}: without a cap, the expected delta is the delta (importance
 * sampling).
 *
 * @param rates from scores to probabilities
 * @param cap the largest factor; 1 for no rescaling at all
 * @param scores those of entries
 * @param draws the tensor's
 */
public record Sampled(Rates rates, double cap, Scores scores, Draws draws) implements Sparsifier {

  private static final double LEAST_SCORE = 0x1p-133;

  /**
   * The probabilities {@code min(1, a + c·score)}.
   *
   * @param a that of an entry of score 0
   * @param c how it grows; infinite where all that scores is kept
   */
  public record Rates(double a, double c) {

    /** Returns whether a score is large enough to be told from 0. */
    public static boolean counts(double score) {
      return score >= LEAST_SCORE;
    }

    /** Returns the probability with which an entry of this score is kept. */
    public double keep(double score) {
      return counts(score) ? Math.min(1, a + c * score) : a;
    }
  }

  /** Returns false: rates are those of scores of the delta as it is. */
  @Override
  public boolean isHomogeneous() {
    return false;
  }

  @Override
  public void apply(float[] delta, Block block) {
    int[] drawn = block.scratch().draws();
    draws.fill(block.start(), drawn, block.length());
    float[] values = scores.of(delta, block);
    for (int i = 0; i < block.length(); i++) {
      double keep = rates.keep(values[i]);
      delta[i] =
          PartitionDrop.isKept(drawn[i], (float) keep)
              ? (float) (delta[i] * Math.min(cap, 1 / keep))
              : 0;
    }
  }
}
