package dev.amalgam.core.sparsify;

import java.util.Arrays;

/** Scores of whole tensors, for tests. */
final class ScoresOf {

  private ScoresOf() {}

  /** Returns the scores that an array has for the entries of a tensor. */
  static Scores array(float... scores) {
    return (_, block) ->
        Arrays.copyOfRange(scores, (int) block.start(), (int) block.start() + block.length());
  }
}
