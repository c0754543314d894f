package dev.amalgam.io.regex;

/** A place in the text of a regular expression. */
final class Cursor {

  private static final int MOST_DIGITS = 6;

  private final String pattern;
  private int at;

  Cursor(String pattern) {
    this.pattern = pattern;
  }

  boolean more() {
    return at < pattern.length();
  }

  int peek() {
    return pattern.codePointAt(at);
  }

  int next() {
    if (!more()) {
      throw problem("it ends too early");
    }
    int c = pattern.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  /** Passes over {@code text} if it comes next, and returns whether it did. */
  boolean take(String text) {
    if (!pattern.startsWith(text, at)) {
      return false;
    }
    at += text.length();
    return true;
  }

  /** Returns the text up to the next {@code end}, and passes over both. */
  String upTo(char end) {
    int stop = pattern.indexOf(end, at);
    if (stop < 0) {
      throw problem("a '" + end + "' is missing");
    }
    String text = pattern.substring(at, stop);
    at = stop + 1;
    return text;
  }

  /** Returns exactly {@code length} characters, and passes over them. */
  String take(int length) {
    if (pattern.length() - at < length) {
      throw problem("it ends too early");
    }
    at += length;
    return pattern.substring(at - length, at);
  }

  /**
   * Returns the least and the most of the {@code {n,m}} that comes next, and passes over it; or
   * null, if none comes next: a brace that begins no such thing stands for itself.
   */
  int[] interval() {
    if (!more() || peek() != '{') {
      return null;
    }
    int stop = pattern.indexOf('}', at);
    if (stop < 0) {
      return null;
    }
    String inside = pattern.substring(at + 1, stop);
    int comma = inside.indexOf(',');
    String least = comma < 0 ? inside : inside.substring(0, comma);
    String most = comma < 0 ? inside : inside.substring(comma + 1);
    if (!isNumber(least) || !isNumber(most) || least.isEmpty() && most.isEmpty()) {
      return null;
    }
    at = stop + 1;
    return new int[] {
      least.isEmpty() ? 0 : number(least), most.isEmpty() ? Node.UNLIMITED : number(most)
    };
  }

  private static boolean isNumber(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private int number(String digits) {
    if (digits.length() > MOST_DIGITS) {
      throw problem("a number of repetitions is too large");
    }
    return Integer.parseInt(digits);
  }

  RegexException problem(String what) {
    return new RegexException(what + ", at character " + pattern.codePointCount(0, at));
  }
}
