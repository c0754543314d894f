package dev.amalgam.core;

/**
 * A problem that the user of Amalgam can do something about. The message is one line: where (file,
 * tensor, key), what was found, and, where there is one, the cure.
 */
public abstract class AmalgamException extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private static final int LONGEST_QUOTE = 200;

  /**
   * Creates the exception.
   *
   * @param message one line that names the culprit and the cure
   * @param cause what was caught, or null
   */
  protected AmalgamException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Returns {@code text} between single quotes, fit for one line of a terminal: control and format
   * characters are escaped, and what is longer than 200 characters is cut. Everything that comes
   * from a file goes through here on its way into a message.
   */
  public static String quote(String text) {
    StringBuilder quoted =
        new StringBuilder(Math.min(text.length(), LONGEST_QUOTE) + 8).append('\'');
    text.codePoints().limit(LONGEST_QUOTE).forEach(c -> appendVisible(quoted, c));
    if (text.codePointCount(0, text.length()) > LONGEST_QUOTE) {
      quoted.append('…');
    }
    return quoted.append('\'').toString();
  }

  private static void appendVisible(StringBuilder out, int codePoint) {
    switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          out.append("\\u{").append(Integer.toHexString(codePoint)).append('}');
      default -> out.appendCodePoint(codePoint);
    }
  }
}
