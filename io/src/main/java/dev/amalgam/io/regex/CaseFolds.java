package dev.amalgam.io.regex;

import java.util.List;

/**
 * Watches the letters of a sequence that is matched in any case. Oniguruma lets ß match "ss" and ﬁ
 * match "fi"; that is not supported, so that such neighbours must be noticed.
 */
final class CaseFolds {

  private static final List<String> FOLDS = List.of("ss", "st", "ff", "fi", "fl");

  private int previous;

  /** Returns whether {@code part}, written with {@code first}, makes such a pair with the last. */
  boolean joins(int first, Node part) {
    boolean literal = part instanceof Node.One && first != '[' && first != '.' && first != '\\';
    int letter = literal ? Character.toLowerCase(first) : 0;
    boolean joins =
        FOLDS.contains(
            new StringBuilder().appendCodePoint(previous).appendCodePoint(letter).toString());
    previous = letter;
    return joins;
  }
}
