package dev.amalgam.core.merge;

import dev.amalgam.core.sparsify.L1Rescaled;
import dev.amalgam.core.sparsify.Sparsifier;
import java.util.List;

/** By what a method multiplies what it keeps of a delta. */
enum Rescaling {
  /** By nothing. */
  NONE,
  /** By what keeps the delta's L1 norm. */
  NORM,
  /** By the reciprocal of the probability with which it is kept. */
  INVERSE;

  /** Returns the parameter of a method that selects without chance. */
  static Parameter<Rescaling> ofSelection() {
    return Parameter.choice(
        "rescale",
        "false",
        List.of(Parameter.option("true", NORM), Parameter.option("false", NONE)),
        "true: multiply what is kept so that the delta's L1 norm stays");
  }

  /** Returns the parameter of a method that drops at random. */
  static Parameter<Rescaling> ofChance() {
    return Parameter.choice(
        "rescale",
        "true",
        List.of(
            Parameter.option("true", NORM),
            Parameter.option("false", NONE),
            Parameter.option("inverse", INVERSE)),
        "true: keep the delta's L1 norm; inverse: divide what is kept by its keep probability");
  }

  /** Returns a sparsifier that keeps the L1 norm too, if that is wanted and anything is dropped. */
  Sparsifier byNorm(Sparsifier plain) {
    boolean selects = plain != Sparsifier.KEEP_ALL && plain != Sparsifier.KEEP_NONE;
    return this == NORM && selects ? new L1Rescaled(plain) : plain;
  }
}
