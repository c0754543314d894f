package dev.amalgam.core.calibration;

import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.weight.ReadBuffer;
import java.util.Optional;

/**
 * An expert's delta as it is merged: multiplied by the expert's weights, as its effects then are
 * too. What is kept of it is decided after that, so that nothing is kept for an expert where others
 * have their way.
 *
 * @param expert the expert
 * @param number which one it is, from 0
 * @param weights what all experts are weighted by; nothing if that is 1 everywhere
 */
record WeighedExpert(ScoredExpert expert, int number, Optional<EntryWeights> weights) {

  /**
   * Multiplies by the weights of consecutive entries what is given of these entries.
   *
   * @param values entries of the delta, or their effects
   */
  void weigh(String tensor, long from, int count, ReadBuffer buffer, float[]... values) {
    weights.ifPresent(
        w -> {
          float[] factors = w.of(number, tensor, from, count, buffer);
          for (float[] own : values) {
            Elementwise.multiply(own, factors, count);
          }
        });
  }

  /** Returns the effects of consecutive entries, not weighted. */
  float[] effects(String tensor, long from, int count, ReadBuffer buffer) {
    float[] effects = new float[count];
    expert.effects(tensor, from, count, effects, buffer);
    return effects;
  }
}
