package dev.amalgam.io.regex;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Sets of code points by the names that regular expressions have for them. */
final class Properties {

  static final CodePointSet DIGIT = new CodePointSet(new int[] {'0', '9' + 1});
  static final CodePointSet HEX_DIGIT =
      new CodePointSet(new int[] {'0', '9' + 1, 'A', 'F' + 1, 'a', 'f' + 1});

  /** Superscripts and fractions, which Oniguruma counts as parts of words, but not in brackets. */
  static final CodePointSet WORD_OUTSIDE_BRACKETS =
      new CodePointSet(new int[] {0xB2, 0xB4, 0xB9, 0xBA, 0xBC, 0xBF});

  private static final Map<Integer, String> CATEGORIES =
      Map.ofEntries(
          Map.entry((int) Character.UPPERCASE_LETTER, "lu"),
          Map.entry((int) Character.LOWERCASE_LETTER, "ll"),
          Map.entry((int) Character.TITLECASE_LETTER, "lt"),
          Map.entry((int) Character.MODIFIER_LETTER, "lm"),
          Map.entry((int) Character.OTHER_LETTER, "lo"),
          Map.entry((int) Character.NON_SPACING_MARK, "mn"),
          Map.entry((int) Character.ENCLOSING_MARK, "me"),
          Map.entry((int) Character.COMBINING_SPACING_MARK, "mc"),
          Map.entry((int) Character.DECIMAL_DIGIT_NUMBER, "nd"),
          Map.entry((int) Character.LETTER_NUMBER, "nl"),
          Map.entry((int) Character.OTHER_NUMBER, "no"),
          Map.entry((int) Character.SPACE_SEPARATOR, "zs"),
          Map.entry((int) Character.LINE_SEPARATOR, "zl"),
          Map.entry((int) Character.PARAGRAPH_SEPARATOR, "zp"),
          Map.entry((int) Character.CONTROL, "cc"),
          Map.entry((int) Character.FORMAT, "cf"),
          Map.entry((int) Character.PRIVATE_USE, "co"),
          Map.entry((int) Character.SURROGATE, "cs"),
          Map.entry((int) Character.UNASSIGNED, "cn"),
          Map.entry((int) Character.DASH_PUNCTUATION, "pd"),
          Map.entry((int) Character.START_PUNCTUATION, "ps"),
          Map.entry((int) Character.END_PUNCTUATION, "pe"),
          Map.entry((int) Character.CONNECTOR_PUNCTUATION, "pc"),
          Map.entry((int) Character.OTHER_PUNCTUATION, "po"),
          Map.entry((int) Character.INITIAL_QUOTE_PUNCTUATION, "pi"),
          Map.entry((int) Character.FINAL_QUOTE_PUNCTUATION, "pf"),
          Map.entry((int) Character.MATH_SYMBOL, "sm"),
          Map.entry((int) Character.CURRENCY_SYMBOL, "sc"),
          Map.entry((int) Character.MODIFIER_SYMBOL, "sk"),
          Map.entry((int) Character.OTHER_SYMBOL, "so"));

  private static final int LONG_S = 0x17F;
  private static final int KELVIN = 0x212A;

  private static final Map<String, String> LONG_NAMES =
      Map.of(
          "letter", "l",
          "mark", "m",
          "number", "n",
          "punctuation", "p",
          "symbol", "s",
          "separator", "z",
          "other", "c");

  private Properties() {}

  /**
   * Returns the function from names to sets, each found once; null stands for a name that is not
   * known. Upper and lower case, spaces, hyphens and underscores in names do not matter.
   */
  static Function<String, CodePointSet> lookup() {
    Map<String, CodePointSet> found = new HashMap<>();
    return name ->
        found.computeIfAbsent(
            name.toLowerCase(Locale.ROOT).replaceAll("[ _-]", ""), Properties::find);
  }

  private static CodePointSet find(String name) {
    String category = LONG_NAMES.getOrDefault(name, name);
    int mask = mask(category);
    if (mask != 0) {
      return CodePointSet.where(c -> (mask >>> Character.getType(c) & 1) != 0);
    }
    return switch (name) {
      case "any" -> CodePointSet.ALL;
      case "ascii" -> CodePointSet.range(0, 0x7F);
      case "alpha", "alphabetic" -> CodePointSet.where(Character::isAlphabetic);
      case "digit" -> find("nd");
      case "space", "whitespace" -> WHITE_SPACE;
      case "word" -> word();
      case "alnum" -> find("alpha").or(find("nd"));
      case "han",
          "hiragana",
          "katakana",
          "hangul",
          "latin",
          "cyrillic",
          "greek",
          "arabic",
          "thai",
          "hebrew",
          "devanagari",
          "bengali",
          "tamil",
          "armenian",
          "georgian",
          "khmer",
          "lao",
          "tibetan",
          "myanmar",
          "ethiopic" ->
          script(Character.UnicodeScript.forName(name));
      default -> null;
    };
  }

  private static int mask(String category) {
    return CATEGORIES.entrySet().stream()
        .filter(e -> e.getValue().equals(category) || e.getValue().substring(0, 1).equals(category))
        .mapToInt(e -> 1 << e.getKey())
        .reduce(0, (a, b) -> a | b);
  }

  private static CodePointSet script(Character.UnicodeScript script) {
    return CodePointSet.where(c -> Character.UnicodeScript.of(c) == script);
  }

  /** The Unicode property White_Space, which no longer grows. */
  static final CodePointSet WHITE_SPACE =
      new CodePointSet(
          new int[] {
            0x09, 0x0E, 0x20, 0x21, 0x85, 0x86, 0xA0, 0xA1, 0x1680, 0x1681, 0x2000, 0x200B, 0x2028,
            0x202A, 0x202F, 0x2030, 0x205F, 0x2060, 0x3000, 0x3001
          });

  private static CodePointSet word() {
    int mask = mask("m") | mask("nd") | mask("pc");
    return CodePointSet.where(
        c -> Character.isAlphabetic(c) || (mask >>> Character.getType(c) & 1) != 0);
  }

  /** Returns {@code set} with the other cases of all its ASCII letters. */
  static CodePointSet anyCase(CodePointSet set) {
    CodePointSet all = set;
    for (int c = 'a'; c <= 'z'; c++) {
      int upper = c - 'a' + 'A';
      int other = c == 's' ? LONG_S : c == 'k' ? KELVIN : c;
      if (set.has(c) || set.has(upper) || set.has(other)) {
        all = all.or(CodePointSet.of(c)).or(CodePointSet.of(upper)).or(CodePointSet.of(other));
      }
    }
    return all;
  }

  /** Returns whether {@code set} is what it is without regard to upper and lower case. */
  static boolean isCaseless(CodePointSet set) {
    return IntStream.range(0, 0x20000)
        .filter(set::has)
        .allMatch(
            c ->
                set.has(Character.toLowerCase(c))
                    && set.has(Character.toUpperCase(c))
                    && set.has(Character.toTitleCase(c)));
  }
}
