package dev.amalgam.core.layer;

import java.util.Arrays;

/**
 * Which experts tokens choose: the choices of token t are numbers {@code t·perToken} to {@code (t +
 * 1)·perToken − 1}.
 *
 * @param perToken how many experts a token chooses, no two of them the same
 * @param experts the number of each choice's expert
 * @param weights by what its output is multiplied
 */
public record Routes(int perToken, int[] experts, float[] weights) {

  /** Returns room for the choices of this many tokens. */
  static Routes of(int tokens, int perToken) {
    int choices = Math.multiplyExact(tokens, perToken);
    return new Routes(perToken, new int[choices], new float[choices]);
  }

  /** Returns the number of a token's first choice. */
  int first(int token) {
    return token * perToken;
  }

  /**
   * Makes choice {@code first + i} of a token: of the experts that choices before it leave, the one
   * of the largest score, and among equal ones the first. A score that is not a number is the
   * least.
   *
   * @param scores a score for each of {@code count} experts, from {@code at} on
   */
  void choose(int first, int i, float[] scores, int at, int count) {
    int best = -1;
    for (int expert = 0; expert < count; expert++) {
      if (!isChosen(first, i, expert)
          && (best < 0
              || scores[at + expert] > scores[at + best]
              || Float.isNaN(scores[at + best]) && !Float.isNaN(scores[at + expert]))) {
        best = expert;
      }
    }
    experts[first + i] = best;
  }

  /** Returns whether an expert is among the first {@code i} choices from {@code first} on. */
  boolean isChosen(int first, int i, int expert) {
    for (int choice = first; choice < first + i; choice++) {
      if (experts[choice] == expert) {
        return true;
      }
    }
    return false;
  }

  /** Makes all choices of a token by the same scores. */
  void chooseAll(int token, float[] scores, int at, int count) {
    for (int i = 0; i < perToken; i++) {
      choose(first(token), i, scores, at, count);
    }
  }

  /** Returns for each of {@code count} experts the numbers of the choices of it, ascending. */
  int[][] choices(int count) {
    int[] sizes = new int[count];
    for (int expert : experts) {
      sizes[expert]++;
    }
    int[][] choices = new int[count][];
    Arrays.setAll(choices, expert -> new int[sizes[expert]]);
    for (int choice = experts.length - 1; choice >= 0; choice--) {
      choices[experts[choice]][--sizes[experts[choice]]] = choice;
    }
    return choices;
  }
}
