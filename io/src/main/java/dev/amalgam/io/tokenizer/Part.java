package dev.amalgam.io.tokenizer;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amalgam.io.json.JsonString;
import dev.amalgam.io.regex.RegexException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A value in a {@code tokenizer.json}, which knows its place there. What asks for it in vain fails
 * with a {@link TokenizerException} that names file and place.
 *
 * @param file the file
 * @param path the place, such as {@code normalizer.normalizers[0]}
 * @param node the value
 */
record Part(Path file, String path, JsonNode node) {

  /** Returns the value of a key, which must be there. */
  Part get(String key) {
    Part part = find(key);
    if (part == null) {
      object();
      throw problem("has no " + quote(key));
    }
    return part;
  }

  /** Returns the value of a key, or null if it is missing or null. */
  Part find(String key) {
    JsonNode value = node.get(key);
    return value == null || value.isNull() ? null : at(key, value);
  }

  private Part at(String key, JsonNode value) {
    return new Part(file, path.isEmpty() ? key : path + "." + key, value);
  }

  /** Requires that the value is an object with no other keys than these. */
  void only(String... keys) {
    object();
    Set<String> known = Set.of(keys);
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!known.contains(entry.getKey()) && !entry.getValue().isNull()) {
        throw problem(
            "has the option "
                + quote(entry.getKey())
                + ", which is not supported here; known are "
                + String.join(", ", keys));
      }
    }
  }

  /** Returns the string under {@code type}. */
  String type() {
    return get("type").string();
  }

  String string() {
    if (!node.isTextual()) {
      throw problem("must be a string, not " + inWords());
    }
    if (!JsonString.isUnicode(node.textValue())) {
      throw problem("holds half a surrogate pair: " + quote(node.textValue()));
    }
    return node.textValue();
  }

  /** Returns a string of one character. */
  int character() {
    String text = string();
    if (text.codePointCount(0, text.length()) != 1) {
      throw problem("must be one character, not " + quote(text));
    }
    return text.codePointAt(0);
  }

  boolean bool() {
    if (!node.isBoolean()) {
      throw problem("must be true or false, not " + inWords());
    }
    return node.booleanValue();
  }

  boolean bool(String key, boolean otherwise) {
    Part part = find(key);
    return part == null ? otherwise : part.bool();
  }

  /** Returns a whole number from 0 to 2³¹−1. */
  int count() {
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 0) {
      throw problem("must be a whole number from 0 to 2147483647, not " + inWords());
    }
    return node.intValue();
  }

  /** Returns the elements of a list. */
  List<Part> list() {
    if (!node.isArray()) {
      throw problem("must be a list, not " + inWords());
    }
    List<Part> parts = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      parts.add(new Part(file, path + "[" + i + "]", node.get(i)));
    }
    return parts;
  }

  /** Returns the values of an object by their keys. */
  List<Map.Entry<String, Part>> entries() {
    object();
    List<Map.Entry<String, Part>> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      entries.add(Map.entry(entry.getKey(), at(entry.getKey(), entry.getValue())));
    }
    return entries;
  }

  /** Returns the exception for a {@code type} that is none of these. */
  TokenizerException unknownType(String... known) {
    return get("type")
        .problem(
            "is "
                + quote(type())
                + ", which is not supported; supported are "
                + String.join(", ", known));
  }

  /** Returns the exception that says what is wrong with this value. */
  TokenizerException problem(String what) {
    String place = path.isEmpty() ? "the file" : quote(path);
    return new TokenizerException(quote(file.toString()) + ", " + place + " " + what);
  }

  TokenizerException problem(RegexException e) {
    return new TokenizerException(
        quote(file.toString())
            + ", "
            + quote(path)
            + " is a regular expression that cannot be used, "
            + quote(node.asText())
            + ": "
            + quote(e.getMessage()),
        e);
  }

  private void object() {
    if (!node.isObject()) {
      throw problem("must be an object, not " + inWords());
    }
  }

  private String inWords() {
    return node.isTextual()
        ? "the string " + quote(node.textValue())
        : node.isContainerNode() ? node.isArray() ? "a list" : "an object" : quote(node.asText());
  }
}
