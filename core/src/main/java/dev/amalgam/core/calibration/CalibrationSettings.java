package dev.amalgam.core.calibration;

import dev.amalgam.core.importance.Level;

/**
 * How importance decides what is kept.
 *
 * @param level the partitions that share a drop rate and a weight
 * @param tau1 the temperature of drop rates: infinite for one rate, small for the most important
 *     partitions first
 * @param tau2 the temperature of weights: infinite for equal weights
 * @param select how entries are chosen
 * @param alpha for {@link Select#SAMPLE}: 0 gives all entries the same probability, 1 gives those
 *     of no importance none
 * @param rescale by what is multiplied what is kept
 * @param magnitude whether the score of an entry is its effect times the magnitude of its delta
 */
public record CalibrationSettings(
    Level level,
    double tau1,
    double tau2,
    Select select,
    double alpha,
    Rescale rescale,
    boolean magnitude) {

  /** Returns whether scores of single entries are needed. */
  public boolean needsElements() {
    return level == Level.ELEMENT
        || select == Select.IMPORTANCE
        || select == Select.SAMPLE
        || select == Select.TRIM && rescale == Rescale.IMPORTANCE;
  }
}
