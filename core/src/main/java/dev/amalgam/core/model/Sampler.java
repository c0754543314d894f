package dev.amalgam.core.model;

import dev.amalgam.core.layer.ModelException;

/**
 * Chooses the next token of a text. The choice depends on the logits, the temperature, the seed and
 * the number of the choice alone, and is the same on every machine: probabilities are worked out in
 * float64 with {@link StrictMath} and summed in the order of the tokens, and choice number n is
 * made with draw number n of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
 * number generators", 2014) from the seed.
 */
public final class Sampler {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final int FRACTION_BITS = 53;

  private final double temperature;
  private long state;

  /**
   * Creates the sampler.
   *
   * @param temperature what logits are divided by; at 0 the most probable token is chosen, the
   *     first of equals, and the seed does not matter
   * @throws IllegalArgumentException if the temperature is negative or no finite number
   */
  public Sampler(double temperature, long seed) {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException("a temperature of " + temperature);
    }
    this.temperature = temperature;
    this.state = seed;
  }

  /**
   * Returns a token.
   *
   * @param logits one for each token; those of −∞ are never chosen
   * @throws ModelException if one is NaN or +∞, or all are −∞
   */
  public int choose(float[] logits) {
    int best = best(logits);
    if (temperature == 0) {
      return best;
    }
    double[] sums = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      sum += StrictMath.exp(((double) logits[i] - logits[best]) / temperature);
      sums[i] = sum;
    }
    double draw = draw() * sum;
    for (int i = 0; i < sums.length; i++) {
      if (draw < sums[i]) {
        return i;
      }
    }
    // The product was rounded up to the sum.
    return best;
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 0; i < logits.length; i++) {
      if (Float.isNaN(logits[i]) || logits[i] == Float.POSITIVE_INFINITY) {
        throw new ModelException(
            "the model finds token %d to be of probability %s; its weights are broken"
                .formatted(i, logits[i]));
      }
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    if (logits[best] == Float.NEGATIVE_INFINITY) {
      throw new ModelException("the model finds every token impossible; its weights are broken");
    }
    return best;
  }

  /** Returns a number from 0 to below 1, one of 2⁵³. */
  private double draw() {
    state += GOLDEN_GAMMA;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> (Long.SIZE - FRACTION_BITS)) * 0x1p-53;
  }
}
