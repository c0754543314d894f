package dev.amalgam.io.tokenizer;

/** Kinds of characters, as the library sees them. */
final class Characters {

  private Characters() {}

  /** Returns whether the character has the Unicode property White_Space. */
  static boolean isWhitespace(int c) {
    return c == ' '
        || c >= 0x09 && c <= 0x0D
        || c >= 0x80
            && (c == 0x85
                || c == 0xA0
                || c == 0x1680
                || c >= 0x2000 && c <= 0x200A
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000);
  }

  /** Returns whether the character is a number (Nd, Nl, No). */
  static boolean isNumeric(int c) {
    return switch (Character.getType(c)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> false;
    };
  }

  /** Returns whether the character is punctuation, or an ASCII symbol. */
  static boolean isPunctuation(int c) {
    if (c < 0x80) {
      return c > ' ' && c < 0x7F && !Character.isLetterOrDigit(c);
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /** Returns whether the character is a mark (Mn, Mc, Me). */
  static boolean isMark(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  /** Returns whether the character is a nonspacing mark (Mn). */
  static boolean isNonspacingMark(int c) {
    return Character.getType(c) == Character.NON_SPACING_MARK;
  }

  /** Returns whether the character is a control or format character or of private use. */
  static boolean isOther(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
      default -> false;
    };
  }

  /** Returns whether the character is part of words. */
  static boolean isWord(int c) {
    return Character.isAlphabetic(c)
        || isMark(c)
        || Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER
        || Character.getType(c) == Character.CONNECTOR_PUNCTUATION
        || c == 0x200C
        || c == 0x200D;
  }
}
