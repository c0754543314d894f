package dev.amalgam.core.calibration;

/** By what is multiplied what is kept. */
public enum Rescale {
  /** By nothing. */
  NONE,
  /** By the reciprocal of the probability, or share, that is kept. */
  INVERSE,
  /** The same, but never more than the reciprocal of the density. */
  CAPPED,
  /** By one factor for the expert, so that the sum of the scores stays. */
  IMPORTANCE,
  /** By one factor for each tensor, so that the sum of the magnitudes stays. */
  L1
}
