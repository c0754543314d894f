package dev.amalgam.io.dataset;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.json.JsonString;
import java.util.Optional;

/**
 * One object of a file of JSON lines. A null counts as absent, and fields of other names do not
 * matter.
 *
 * @param lines where it comes from, for messages
 * @param fields its fields
 */
record Line(LineReader lines, ObjectNode fields) {

  /** Returns the object that the line read last holds. */
  static Line parse(LineReader lines, String line) {
    try {
      JsonNode node = Json.parse(line);
      if (node instanceof ObjectNode fields) {
        return new Line(lines, fields);
      }
      throw lines.problem("it holds no JSON object; write {\"text\": …}");
    } catch (JsonProcessingException e) {
      String column = e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
      throw lines.problem("it is not JSON" + column + ": " + quote(reason(e)), e);
    }
  }

  // Jackson appends where a bracket was opened, in its own notation.
  private static String reason(JsonProcessingException e) {
    return e.getOriginalMessage().replaceFirst("(?s) \\(start marker at .*", "");
  }

  /** Returns whether the line has a field. */
  boolean has(String key) {
    return fields.hasNonNull(key);
  }

  /** Returns a text, which may be empty. */
  String text(String key) {
    JsonNode value = fields.get(key);
    if (!value.isTextual()) {
      throw lines.problem(
          "%s must be a string, not %s".formatted(key, quote(String.valueOf(value))));
    }
    if (!JsonString.isUnicode(value.textValue())) {
      throw lines.problem(key + " holds half a surrogate pair; write it whole, or leave it out");
    }
    return value.textValue();
  }

  /** Returns a text that is not empty. */
  String fullText(String key) {
    String text = text(key);
    if (text.isEmpty()) {
      throw lines.problem(key + " is empty");
    }
    return text;
  }

  /** Returns a finite number. */
  double number(String key) {
    JsonNode value = fields.get(key);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw lines.problem(
          "%s must be a finite number, not %s"
              .formatted(key, quote(value.isNumber() ? value.asText() : String.valueOf(value))));
    }
    return value.doubleValue();
  }

  /**
   * Checks that there are some fields.
   *
   * @param advice what the message says should be written
   */
  void needs(String advice, String... keys) {
    for (String key : keys) {
      if (!has(key)) {
        throw lines.problem("it has no %s; %s".formatted(key, advice));
      }
    }
  }

  /** Returns the class that the label names, or whose number it is. */
  int label(ClassNames classes) {
    JsonNode label = fields.get("label");
    if (label.isTextual()) {
      String name = label.textValue();
      return classes
          .index(name)
          .orElseThrow(
              () ->
                  lines.problem(
                      "label %s is unknown; %s".formatted(quote(name), classes.advice(name))));
    }
    if (!label.isIntegralNumber()) {
      throw lines.problem(
          "label must be the name or the number of a class, not " + quote(String.valueOf(label)));
    }
    if (!label.canConvertToInt() || label.intValue() < 0 || label.intValue() >= classes.count()) {
      throw lines.problem(
          "label %s is no class; there are %d, numbered from 0"
              .formatted(quote(label.asText()), classes.count()));
    }
    return label.intValue();
  }

  /** Returns a problem with what fields the line has, if there is one. */
  Optional<String> flaw(Task task) {
    boolean needsLabels = task.needsLabels();
    if (task.kind() == Targets.Kind.CLASS) {
      String advice =
          needsLabels
              ? "a classifier needs {\"text\": …, \"label\": …}"
              : "write {\"text\": …}, with a \"label\" or without";
      return !has("text")
          ? Optional.of("it has no text; " + advice)
          : has("label") || !needsLabels
              ? Optional.empty()
              : Optional.of("it has no label; " + advice);
    }
    if (task.kind() == Targets.Kind.MASKED_TOKEN) {
      return has("text") ? Optional.empty() : Optional.of("it has no text; write {\"text\": …}");
    }
    if (has("completion") && !has("prompt")) {
      return Optional.of("it has a completion but no prompt");
    }
    if (has("prompt") && !has("completion") && needsLabels) {
      return Optional.of("it has a prompt but no completion");
    }
    if (has("text") && has("prompt")) {
      return Optional.of("it has both a text and a prompt; which of them is meant?");
    }
    return has("text") || has("prompt")
        ? Optional.empty()
        : Optional.of(
            "it has no text; a language model needs {\"text\": …} or {\"prompt\": …,"
                + " \"completion\": …}");
  }
}
