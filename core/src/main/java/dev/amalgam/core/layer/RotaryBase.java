package dev.amalgam.core.layer;

/**
 * The frequencies of a rotary embedding before any scaling.
 *
 * @param size the number of values that are rotated, even
 * @param theta the base: the wave of pair i is {@code 2π·theta^(2i/size)} positions long
 */
public record RotaryBase(int size, double theta) {

  /** Checks that there are pairs. */
  public RotaryBase {
    if (size < 2 || size % 2 != 0) {
      throw new IllegalArgumentException(size + " values cannot be rotated in pairs");
    }
  }

  /** Returns the number of pairs. */
  int pairs() {
    return size / 2;
  }

  /** Returns {@code theta^(2i/size)} for each pair, rounded to float32. */
  float[] powers() {
    float[] powers = new float[pairs()];
    for (int i = 0; i < powers.length; i++) {
      // The exponent and the power are float32 in the original.
      powers[i] = (float) StrictMath.pow((float) theta, (float) (2 * i) / size);
    }
    return powers;
  }

  /** Returns the frequencies, {@code 1 / powers}, each rounded to float32. */
  float[] frequencies() {
    float[] frequencies = powers();
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1 / frequencies[i];
    }
    return frequencies;
  }
}
