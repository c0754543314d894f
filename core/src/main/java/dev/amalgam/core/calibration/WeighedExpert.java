package dev.amalgam.core.calibration;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.kernel.Elementwise;
import java.util.Optional;

/**
 * An expert's delta as it is merged: multiplied by the expert's weights, as its effects then are
 * too. What is kept of it is decided after that, so that nothing is kept for an expert where others
 * have their way.
 *
 * @param expert the expert
 * @param number which one it is, from 0
 * @param weights what all experts are weighted by; nothing if that is 1 everywhere
 * @param magnitude whether the score of an entry is its effect times the magnitude of its delta
 */
record WeighedExpert(
    ScoredExpert expert, int number, Optional<EntryWeights> weights, boolean magnitude) {

  /** Returns an expert that no weights apply to, and whose effects are its scores. */
  static WeighedExpert unweighed(ScoredExpert expert) {
    return new WeighedExpert(expert, 0, Optional.empty(), false);
  }

  /** Multiplies the entries that a block has of the delta by their weights. */
  void weigh(String tensor, Block block, float[] delta) {
    multiply(delta, factors(tensor, block));
  }

  /** Returns the scores of the entries that a block has of the weighted delta. */
  float[] scores(String tensor, Block block, float[] weighed) {
    return scores(tensor, block, weighed, factors(tensor, block));
  }

  /** Weighs the entries that a block has of the delta, and returns their scores. */
  float[] weighAndScore(String tensor, Block block, float[] delta) {
    Optional<float[]> factors = factors(tensor, block);
    multiply(delta, factors);
    return scores(tensor, block, delta, factors);
  }

  private Optional<float[]> factors(String tensor, Block block) {
    return weights.map(w -> w.of(number, tensor, block));
  }

  private static void multiply(float[] values, Optional<float[]> factors) {
    factors.ifPresent(own -> Elementwise.multiply(values, own, own.length));
  }

  private float[] scores(String tensor, Block block, float[] weighed, Optional<float[]> factors) {
    float[] scores = expert.effects(tensor, block);
    multiply(scores, factors);
    if (magnitude) {
      for (int i = 0; i < scores.length; i++) {
        scores[i] *= Math.abs(weighed[i]);
      }
    }
    return scores;
  }
}
