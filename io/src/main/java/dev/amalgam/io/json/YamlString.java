package dev.amalgam.io.json;

import java.util.regex.Pattern;

/** Strings in YAML. */
public final class YamlString {

  // What YAML 1.1 or 1.2 takes for something else than this text is not among it.
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_/.+-]*");
  private static final Pattern OTHER_MEANING =
      Pattern.compile("(?i)null|y|yes|n|no|on|off|true|false");

  private YamlString() {}

  /** Returns a scalar between double quotes, in one line and without control characters. */
  public static String quoted(String text) {
    // A JSON string is a YAML string, but for line ends and control characters that JSON lets pass.
    StringBuilder json = new StringBuilder();
    JsonString.append(json, text);
    return Pattern.compile("[\\x7f-\\x9f\\u2028\\u2029\\ufeff]")
        .matcher(json)
        .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
  }

  /** Returns a scalar without quotes where that means the same text, and between quotes else. */
  public static String of(String text) {
    return PLAIN.matcher(text).matches() && !OTHER_MEANING.matcher(text).matches()
        ? text
        : quoted(text);
  }
}
