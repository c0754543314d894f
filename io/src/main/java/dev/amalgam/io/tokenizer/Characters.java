package dev.amalgam.io.tokenizer;

/** Kinds of characters as the library sees them, which follows Unicode 17 here. */
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
      // Java 25 stops at Unicode 16.
      default -> c >= 0x11DE0 && c <= 0x11DE9 || c >= 0x16FF4 && c <= 0x16FF6;
    };
  }

  /** Returns the character in lower case, but for İ, which becomes two. */
  static int toLowerCase(int c) {
    return switch (c) {
      case 0xA7CE, 0xA7D2, 0xA7D4 -> c + 1;
      default -> c >= 0x16EA0 && c <= 0x16EB8 ? c + 27 : Character.toLowerCase(c);
    };
  }

  /** Returns whether the character is part of words. */
  static boolean isWord(int c) {
    return switch (Character.getType(c)) {
      case Character.DECIMAL_DIGIT_NUMBER,
          Character.CONNECTOR_PUNCTUATION,
          Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.ENCLOSING_MARK ->
          true;
      default -> Character.isAlphabetic(c) || c == 0x200C || c == 0x200D;
    };
  }
}
