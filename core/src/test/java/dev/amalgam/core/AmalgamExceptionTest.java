package dev.amalgam.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AmalgamExceptionTest {

  @Test
  void plainTextIsQuotedAsItIs() {
    assertEquals("'model.layers.0 ü 漢 🙂'", AmalgamException.quote("model.layers.0 ü 漢 🙂"));
    assertEquals("''", AmalgamException.quote(""));
  }

  @Test
  void whatWouldBreakTheLineOrCommandTheTerminalIsEscaped() {
    assertEquals("'a\\u{a}b\\u{d}\\u{9}'", AmalgamException.quote("a\nb\r\t"));
    assertEquals("'\\u{1b}[31m'", AmalgamException.quote("\u001b[31m"));
    assertEquals("'\\u{0}\\u{7f}\\u{9b}'", AmalgamException.quote("\0\u007f\u009b"));
    assertEquals("'\\u{2028}\\u{2029}'", AmalgamException.quote("\u2028\u2029"));
  }

  @Test
  void whatWouldReorderOrHideTextIsEscaped() {
    assertEquals("'\\u{202e}cba'", AmalgamException.quote("\u202ecba"));
    assertEquals("'\\u{200b}\\u{feff}'", AmalgamException.quote("\u200b\ufeff"));
    assertEquals("'\\u{ffff}'", AmalgamException.quote("\uffff"));
  }

  @Test
  void halvesOfSurrogatePairsAreEscapedAndWholePairsAreNot() {
    assertEquals("'\\u{d83d}x'", AmalgamException.quote("\ud83dx"));
    assertEquals("'x\\u{de42}'", AmalgamException.quote("x\ude42"));
    assertEquals("'\\u{de42}\\u{d83d}'", AmalgamException.quote("\ude42\ud83d"));
    assertEquals("'\ud83d\ude42'", AmalgamException.quote("\ud83d\ude42"));
  }

  @Test
  void longTextIsCutAfterTwoHundredCharacters() {
    assertEquals("'" + "x".repeat(200) + "'", AmalgamException.quote("x".repeat(200)));
    assertEquals("'" + "x".repeat(200) + "…'", AmalgamException.quote("x".repeat(201)));
    assertEquals(
        "'" + "🙂".repeat(200) + "'",
        AmalgamException.quote("🙂".repeat(200)),
        "a pair is one character");
    assertEquals("'" + "🙂".repeat(200) + "…'", AmalgamException.quote("🙂".repeat(100_000)));
  }
}
