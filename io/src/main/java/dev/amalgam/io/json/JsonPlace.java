package dev.amalgam.io.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/** A value where it is written in a text that {@link JsonEdits} go through. */
public final class JsonPlace {

  private final JsonEdits edits;
  private final JsonParser parser;
  private final String text;
  private final JsonToken token;
  private final String key;
  private final int start;
  private String pointer;
  private int end;

  /** Creates the place that a parser has come to the start of. */
  JsonPlace(JsonEdits edits, JsonParser parser, String text) throws IOException {
    this.edits = edits;
    this.parser = parser;
    this.text = text;
    this.token = parser.currentToken();
    this.key = parser.currentName() instanceof String name ? name : "";
    this.start = (int) parser.currentTokenLocation().getCharOffset();
  }

  /** Returns the key whose value this is; an empty text if it is the whole or in a list. */
  public String key() {
    return key;
  }

  /**
   * Returns the JSON pointer (RFC 6901) to the value; an empty text if it is the whole. It is to be
   * asked for first while the value is shown.
   */
  public String pointer() {
    if (pointer == null) {
      pointer = parser.getParsingContext().pathAsPointer().toString();
    }
    return pointer;
  }

  /** Returns whether the value is a list. */
  public boolean isList() {
    return token == JsonToken.START_ARRAY;
  }

  /** Returns whether the value is an object. */
  public boolean isObject() {
    return token == JsonToken.START_OBJECT;
  }

  /** Returns whether the value is neither a list nor an object. */
  public boolean isScalar() {
    return token.isScalarValue();
  }

  /** Returns whether the first item of a list is a list; false if it has none. */
  public boolean startsWithList() {
    return isList() && first(text, start + 1) == '[';
  }

  /** Returns whether a list or an object has nothing in it. */
  public boolean isEmpty() {
    char first = first(text, start + 1);
    return isList() && first == ']' || isObject() && first == '}';
  }

  /** Returns the value as it is written. */
  public String written() {
    skip();
    return text.substring(start, end);
  }

  /** Returns the value. */
  public JsonNode value() {
    try {
      return Json.parse(written());
    } catch (IOException e) {
      throw edits.unreadable(e);
    }
  }

  /** Passes over what is in the value. */
  public void skip() {
    if (end > 0) {
      return;
    }
    try {
      parser.skipChildren();
      // A text may have been read up to its beginning only.
      parser.finishToken();
      end = (int) parser.currentLocation().getCharOffset();
    } catch (IOException e) {
      throw edits.unreadable(e);
    }
  }

  /** Puts other JSON in place of the value. */
  public void replace(String json) {
    skip();
    edits.replace(start, end, json);
  }

  /** Puts a list in place of the value, on one line or with a line an item, as the value is. */
  public void replaceByList(List<String> items) {
    if (items.isEmpty() || written().indexOf('\n') < 0) {
      replace("[" + String.join(", ", items) + "]");
      return;
    }
    String line = text.substring(text.lastIndexOf('\n', start) + 1, start);
    String indent = "\n" + line.substring(0, line.length() - line.stripLeading().length());
    replace("[" + indent + "  " + String.join("," + indent + "  ", items) + indent + "]");
  }

  /**
   * Puts a member behind this one, on a line of its own if this one has one.
   *
   * @param value JSON
   */
  public void addMemberAfter(String otherKey, String value) {
    skip();
    String line = text.substring(text.lastIndexOf('\n', start) + 1, start);
    String member = line.stripLeading();
    StringBuilder added = new StringBuilder(",");
    if (line.length() < start && member.startsWith("\"") && member.indexOf(',') < 0) {
      added.append('\n').append(line, 0, line.length() - member.length());
    } else {
      added.append(' ');
    }
    JsonString.append(added, otherKey);
    edits.replace(end, end, added.append(": ").append(value).toString());
  }

  /**
   * Puts items or members behind the last of a list or an object.
   *
   * @param items JSON with the white space in front of it
   */
  public void append(List<String> items) {
    skip();
    if (items.isEmpty()) {
      return;
    }
    int close = end - 1;
    if (isEmpty()) {
      edits.replace(close, close, String.join(",", items) + "\n");
      return;
    }
    int last = close;
    while (isSpace(text.charAt(last - 1))) {
      last--;
    }
    edits.replace(last, last, "," + String.join(",", items));
  }

  /**
   * Removes the value and its key from the object that it is a member of. A member whose comma was
   * removed with the one before it stays.
   */
  public void removeMember() {
    skip();
    int colon = lastNonSpace(start);
    int keyStart = text.lastIndexOf('"', lastNonSpace(colon) - 1);
    int before = lastNonSpace(keyStart);
    if (text.charAt(before) == ',') {
      if (before >= edits.end()) {
        edits.replace(before, end, "");
      }
      return;
    }
    int after = end;
    while (isSpace(text.charAt(after))) {
      after++;
    }
    if (text.charAt(after) == ',') {
      after++;
      while (isSpace(text.charAt(after))) {
        after++;
      }
    }
    edits.replace(keyStart, after, "");
  }

  /** Returns where the last character before a place is that is no white space. */
  private int lastNonSpace(int before) {
    int at = before - 1;
    while (isSpace(text.charAt(at))) {
      at--;
    }
    return at;
  }

  /** Returns the first character from a place on that is no white space; a space if all are. */
  static char first(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (!isSpace(text.charAt(i))) {
        return text.charAt(i);
      }
    }
    return ' ';
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }
}
