package dev.amalgam.io.regex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is expected is what Oniguruma 6.9 does. */
class RegexTest {

  private static final String TEXT = "aaa b\n\nAB 12345 ſ ß ss \n";

  /** Returns the text with each match replaced by #. */
  private static String replaced(String regex, String text) {
    Regex.Search search = Regex.compile(regex).search(text);
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (search.next()) {
      out.append(text, at, search.start()).append('#');
      at = search.end();
    }
    return out.append(text.substring(at)).toString();
  }

  private static List<String> matches(String regex, String text) {
    Regex.Search search = Regex.compile(regex).search(text);
    List<String> found = new ArrayList<>();
    while (search.next()) {
      found.add(text.substring(search.start(), search.end()));
    }
    return found;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '\t',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "a{2}\t#a b··AB 12345 ſ ß ss ·",
        "a{2,}\t# b··AB 12345 ſ ß ss ·",
        "a{1,2}?\t### b··AB 12345 ſ ß ss ·",
        "a{1,2}+\t# b··AB 12345 ſ ß ss ·",
        "a{2}?\t#a# #b#·#·#A#B# #1#2#3#4#5# #ſ# #ß# #s#s# #·#",
        "a{2}+\t#a b··AB 12345 ſ ß ss ·",
        "a{,2}\t## #b#·#·#A#B# #1#2#3#4#5# #ſ# #ß# #s#s# #·#",
        "a{\taaa b··AB 12345 ſ ß ss ·",
        "x*\t#a#a#a# #b#·#·#A#B# #1#2#3#4#5# #ſ# #ß# #s#s# #·#",
        "a*?\t#a#a#a# #b#·#·#A#B# #1#2#3#4#5# #ſ# #ß# #s#s# #·#",
        "(|a)\t#a#a#a# #b#·#·#A#B# #1#2#3#4#5# #ſ# #ß# #s#s# #·#",
        "a|\t### #b#·#·#A#B# #1#2#3#4#5# #ſ# #ß# #s#s# #·#",
        "(a|b*)*c?\t# #·#·#A#B# #1#2#3#4#5# #ſ# #ß# #s#s# #·#",
        "a++\t# b··AB 12345 ſ ß ss ·",
        "a++a\taaa b··AB 12345 ſ ß ss ·",
        "(?>a|ab)b\taaa b··AB 12345 ſ ß ss ·",
        "^\t#aaa b·#·#AB 12345 ſ ß ss ·",
        "$\taaa b#·#·AB 12345 ſ ß ss #·#",
        "\\A\t#aaa b··AB 12345 ſ ß ss ·",
        "\\z\taaa b··AB 12345 ſ ß ss ·#",
        "\\Z\taaa b··AB 12345 ſ ß ss #·#",
        ".+\t#··#·",
        "\\s+$\taaa b#·AB 12345 ſ ß ss#",
        "[^]a-c\\]]+\tX",
        "[a-z&&[^b]]\t### b··AB 12345 ſ ß ## ·",
        "[a-c-e]\t### #··AB 12345 ſ ß ss ·",
        "[\\x41-\\u0043]\taaa b··## 12345 ſ ß ss ·",
        "\\h\t### #··## ##### ſ ß ss ·",
        "(?<=a|b)a\ta## b··AB 12345 ſ ß ss ·",
        "(?<! )b\taaa b··AB 12345 ſ ß ss ·",
        "(?i:B|S)\taaa #··A# 12345 # ß ## ·",
        "(?i)b\taaa #··A# 12345 ſ ß ss ·",
        "(?i:[^S])s\taaa b··AB 12345 ſ ß#s ·",
        "\\d{1,3}(?=(?:\\d{3})*\\b)\taaa b··AB ## ſ ß ss ·",
        "\\p{Lu}|\\p{ n }\taaa b··## ##### ſ ß ss ·",
        "\\p{^L}+\taaa#b#AB#ſ#ß#ss#",
      })
  void expressionsMeanWhatTheyMeanInOniguruma(String regex, String expected) {
    if (expected.equals("X")) {
      assertThrows(RegexException.class, () -> Regex.compile(regex));
    } else {
      assertEquals(expected.replace('·', '\n'), replaced(regex, TEXT));
    }
  }

  @Test
  void theWholeOfACharacterBeyond16BitsIsOneCharacter() {
    assertEquals(List.of("👍", "a", "🏽"), matches(".", "👍a🏽"));
    assertEquals(List.of("👍"), matches("[^a-z\\u{1F3FD}]".replace("\\u{1F3FD}", "🏽"), "👍a🏽"));
    assertEquals(List.of("a"), matches("(?<=👍)a", "👍a🏽a"));
  }

  @Test
  void superscriptsBelongToWordsOutsideOfBracketsOnly() {
    assertEquals("###", replaced("\\w", "a²½"));
    assertEquals("#²½", replaced("[\\w]", "a²½"));
    assertEquals("a##", replaced("[^\\w]", "a²½"));
    assertEquals("#a²½#", replaced("\\b", "a²½"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a)\\1",
        "\\k<n>",
        "(?<n>a)",
        "(?P<n>a)",
        "(?x: a)",
        "(?m:.)",
        "(?s:.)",
        "(?~a)",
        "(?#c)",
        "a(?i)b",
        "\\R",
        "\\X",
        "\\K",
        "\\G",
        "\\q",
        "\\1",
        "\\101",
        "\\xE9",
        "\\x{D800}",
        "\\x{110000}",
        "\\pL",
        "\\p{Script=Han}",
        "\\p{Nonsense}",
        "[[:punct:]]",
        "[]a]",
        "[^]a]",
        "[a-\\d]",
        "[\\d-a]",
        "[--a]",
        "[c-a]",
        "[a",
        "(a",
        "a)",
        "a\\",
        "*a",
        "a|*",
        "{2}",
        "a{3,2}",
        "a{100001}",
        "\\b*",
        "^+",
        "(?=a)?",
        "(?:a|$)*",
        "(?i:ss)",
        "(?i:fi)",
        "(?i:é)",
        "(?<=a*)b",
        "((a{1000}){1000}){1000}",
        "(){100000}{100000}",
      })
  void whatIsNotKnownExactlyIsRefused(String regex) {
    assertThrows(RegexException.class, () -> Regex.compile(regex));
  }

  @Test
  void deepNestingIsRefused() {
    String regex = "(".repeat(100_000) + ")".repeat(100_000);
    assertThrows(RegexException.class, () -> Regex.compile(regex));
    assertThrows(RegexException.class, () -> Regex.compile("[".repeat(100_000)));
  }

  @Test
  void whatIsMuchLongerThanRealExpressionsIsRefused() {
    assertThrows(RegexException.class, () -> Regex.compile("a".repeat(20_001)));
    assertThrows(RegexException.class, () -> Regex.compile("a{9}" + "|a{9}".repeat(3_000)));
    StringBuilder sets = new StringBuilder("a");
    for (int c = 0x4E00; c < 0x4E00 + 2_100; c++) {
      sets.append((char) c);
    }
    assertThrows(RegexException.class, () -> Regex.compile(sets.toString()));
  }

  @Test
  void theMessageSaysWhere() {
    RegexException e = assertThrows(RegexException.class, () -> Regex.compile("ab[[:punct:]]"));
    assertEquals("the set [:punct:] is not supported, at character 12", e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?:a|a)+",
        "(?:aa?|b)*",
        "(a|b)*?c|a",
        "(?:(?:a)*)*",
        "(?>(?:a|b)+)",
        "(?=(?:a|b)+)a+"
      })
  void repeatedAlternativesDoNotExhaustTheStack(String regex) {
    String text = "a".repeat(1 << 20);
    Regex.Search search = Regex.compile(regex).search(text);
    assertTrue(search.next());
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a|aa)+$", "(a*)*b", "a+a+a+b", "\\s*x|a*ab"})
  void aSearchThatWouldTakeHoursFails(String regex) {
    String text = "a".repeat(20_000) + "c" + " ".repeat(20_000);
    Regex.Search search = Regex.compile(regex).search(text);
    RegexException e =
        assertThrows(
            RegexException.class,
            () -> {
              while (search.next()) {
                assertTrue(search.start() < text.length());
              }
            });
    assertEquals("it takes too many steps on this text", e.getMessage());
  }
}
