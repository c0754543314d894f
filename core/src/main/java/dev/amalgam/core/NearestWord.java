package dev.amalgam.core;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests what somebody meant who wrote a word that does not exist. */
public final class NearestWord {

  private NearestWord() {}

  /**
   * Returns a sentence for an error message: the word that was probably meant, or else all known
   * words.
   */
  public static String advice(String written, Collection<String> known) {
    return nearest(written, known)
        .map(word -> "did you mean '" + word + "'?")
        .orElseGet(() -> "known are: " + String.join(", ", known));
  }

  /** Returns the known word that is at most a third of its letters away, the nearest first. */
  public static Optional<String> nearest(String written, Collection<String> known) {
    return known.stream()
        .filter(word -> distance(written, word) <= Math.max(1, word.length() / 3))
        .min(Comparator.comparingInt(word -> distance(written, word)));
  }

  // Levenshtein's distance; a hostile word is cut, since no known word is that long.
  private static int distance(String a, String b) {
    String written = a.length() > 64 ? a.substring(0, 64) : a;
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= written.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (written.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
