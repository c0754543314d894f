package dev.amalgam.io.json;

/**
 * Strings as two well-known libraries write them in JSON, so that files come out equal to theirs.
 */
public final class JsonString {

  private static final String HEX = "0123456789abcdef";

  private JsonString() {}

  /** Appends {@code text} as Rust's serde_json writes it: only what must be escaped is escaped. */
  public static void append(StringBuilder out, String text) {
    append(out, text, Character.MAX_VALUE);
  }

  /**
   * Appends {@code text} as Python's json writes it: everything beyond printable ASCII is escaped.
   */
  public static void appendAscii(StringBuilder out, String text) {
    append(out, text, '~');
  }

  /**
   * Returns JSON that means the same, in which control and format characters are escaped: those
   * that disturb a terminal, or hide in a text or turn it around.
   */
  static String visible(String json) {
    if (json.codePoints().noneMatch(JsonString::isHidden)) {
      return json;
    }
    StringBuilder out = new StringBuilder(json.length() + 16);
    json.codePoints()
        .forEach(
            c -> {
              if (!isHidden(c)) {
                out.appendCodePoint(c);
              } else {
                for (char unit : Character.toChars(c)) {
                  escape(out, unit);
                }
              }
            });
    return out.toString();
  }

  // Between the values of a text there are none of these but line feeds.
  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL -> c != '\n' && c != '\t' && c != '\r';
      case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      default -> false;
    };
  }

  private static void escape(StringBuilder out, char c) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(HEX.charAt(c >> shift & 0xf));
    }
  }

  /** Returns whether {@code text} is Unicode, with no surrogate that lacks its partner. */
  public static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private static void append(StringBuilder out, String text, char lastRaw) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || c > lastRaw) {
            escape(out, c);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
