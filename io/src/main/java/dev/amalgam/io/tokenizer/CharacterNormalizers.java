package dev.amalgam.io.tokenizer;

import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/** Normalizers that look at one character at a time. */
final class CharacterNormalizers {

  private CharacterNormalizers() {}

  /** Returns {@code text} in lower case, each character by itself, whatever is around it. */
  static String lowercase(String text) {
    StringBuilder result = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              // The one character that becomes two.
              if (c == 'İ') {
                result.append("i̇");
              } else {
                result.appendCodePoint(Characters.toLowerCase(c));
              }
            });
    return result.toString();
  }

  /** Returns {@code text} without its marks. */
  static String withoutMarks(String text) {
    return map(text, c -> !CharacterSets.MARKS.get(c), c -> c);
  }

  /** Returns {@code text} as SentencePiece cleans it for machine translation. */
  static String nmt(String text) {
    return map(
        text,
        c ->
            !(c >= 0x01 && c <= 0x08
                || c == 0x0B
                || c >= 0x0E && c <= 0x1F
                || c == 0x7F
                || c == 0x8F
                || c == 0x9F),
        c ->
            switch (c) {
              case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD -> ' ';
              default -> c >= 0x200B && c <= 0x200F ? ' ' : c;
            });
  }

  /** Returns the characters of {@code text} that are kept, each replaced. */
  static String map(String text, IntPredicate kept, IntUnaryOperator replacement) {
    StringBuilder result = new StringBuilder(text.length());
    text.codePoints().filter(kept).map(replacement).forEach(result::appendCodePoint);
    return result.toString();
  }
}
