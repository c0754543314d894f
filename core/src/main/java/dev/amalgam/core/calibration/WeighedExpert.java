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

  /** Multiplies consecutive entries of the delta, or their effects, by the weights. */
  void weigh(String tensor, long from, float[] values, int count, ReadBuffer buffer) {
    weights.ifPresent(
        w -> Elementwise.multiply(values, w.of(number, tensor, from, count, buffer), count));
  }

  /** Reads the effects of consecutive entries, and multiplies them by the weights. */
  float[] effects(String tensor, long from, int count, ReadBuffer buffer) {
    float[] effects = new float[count];
    expert.effects(tensor, from, count, effects, buffer);
    weigh(tensor, from, effects, count, buffer);
    return effects;
  }
}
