package dev.amalgam.io.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class JsonStringTest {

  private static final String TEXT = "a\"\\/\b\f\n\r\t\u0001\u007fü\ud83d\ude00";

  @Test
  void asSerdeJsonWritesIt() {
    StringBuilder out = new StringBuilder();
    JsonString.append(out, TEXT);
    assertEquals("\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\u007fü\ud83d\ude00\"", out.toString());
  }

  @Test
  void asPythonWritesIt() {
    StringBuilder out = new StringBuilder();
    JsonString.appendAscii(out, TEXT);
    assertEquals(
        "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u007f\\u00fc\\ud83d\\ude00\"", out.toString());
  }

  @Test
  void halfASurrogatePairIsNoUnicode() {
    assertTrue(JsonString.isUnicode("a\ud83d\ude00b"));
    assertFalse(JsonString.isUnicode("\ud83d"));
    assertFalse(JsonString.isUnicode("\ude00a"));
    assertFalse(JsonString.isUnicode("\ud83da"));
    assertFalse(JsonString.isUnicode("\ude00\ud83d"));
  }

  @Test
  void whatATerminalWouldNotShowIsEscapedInFiles() throws Exception {
    String hidden =
        "\u0085\u009B\u202E\u200B\uFEFF\u2028\u007F" + Character.toString(0xE0041) + "ü漢";
    String written = Json.write(java.util.Map.of("name", hidden));
    assertEquals(
        "{\n  \"name\": \"\\u0085\\u009b\\u202e\\u200b\\ufeff\\u2028\\u007f\\udb40\\udc41ü漢\"\n}\n",
        written);
    assertEquals(hidden, Json.parse(written).get("name").textValue());
  }
}
