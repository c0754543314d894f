package dev.amalgam.io.dataset;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.json.JsonString;
import java.util.ArrayList;
import java.util.List;
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
    return label("label", fields.get("label"), classes);
  }

  /**
   * Returns 1 for each class that is among the labels, and 0 for the others. The labels are names,
   * or numbers; or 0 or 1, or false or true, for each class.
   */
  float[] labels(ClassNames classes) {
    JsonNode list = list("label", "names or numbers of classes, or 0 or 1 for each class");
    float[] labels = new float[classes.count()];
    if (list.size() == labels.length && isOfSwitches(list)) {
      for (int i = 0; i < labels.length; i++) {
        labels[i] = list.get(i).asBoolean() ? 1 : 0;
      }
      return labels;
    }
    for (JsonNode label : list) {
      labels[label("label", label, classes)] = 1;
    }
    return labels;
  }

  private static boolean isOfSwitches(JsonNode list) {
    for (JsonNode value : list) {
      boolean binary =
          value.isIntegralNumber()
              && value.canConvertToInt()
              && (value.intValue() == 0 || value.intValue() == 1);
      if (!value.isBoolean() && !binary) {
        return false;
      }
    }
    return true;
  }

  /** Returns the number, or the list of this many, that the label is. */
  float[] numbers(int count) {
    JsonNode label = fields.get("label");
    if (count == 1 && !label.isArray()) {
      return new float[] {(float) number("label")};
    }
    JsonNode list = list("label", "numbers");
    if (list.size() != count) {
      throw lines.problem(
          "label has %d numbers, but the model gives %d".formatted(list.size(), count));
    }
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      if (!list.get(i).isNumber() || !Float.isFinite(list.get(i).floatValue())) {
        throw lines.problem("label must hold finite numbers, not " + quote(list.get(i).toString()));
      }
      numbers[i] = list.get(i).floatValue();
    }
    return numbers;
  }

  /** Returns a list of texts, of which there is one. */
  List<String> words(String key) {
    List<String> words = new ArrayList<>();
    for (JsonNode word : list(key, "words")) {
      if (!word.isTextual() || !JsonString.isUnicode(word.textValue())) {
        throw lines.problem("%s must hold words, not %s".formatted(key, quote(word.toString())));
      }
      words.add(word.textValue());
    }
    if (words.isEmpty()) {
      throw lines.problem(key + " is empty");
    }
    return words;
  }

  /** Returns the classes of this many words. */
  int[] tags(String key, int words, ClassNames classes) {
    JsonNode list = list(key, "names or numbers of classes");
    if (list.size() != words) {
      throw lines.problem(
          "it has %d tokens and %d tags; give each token one".formatted(words, list.size()));
    }
    int[] tags = new int[words];
    for (int i = 0; i < words; i++) {
      tags[i] = label("tag", list.get(i), classes);
    }
    return tags;
  }

  private JsonNode list(String key, String what) {
    JsonNode list = fields.get(key);
    if (!list.isArray()) {
      throw lines.problem(
          "%s must be a list of %s, not %s".formatted(key, what, quote(list.toString())));
    }
    return list;
  }

  private int label(String key, JsonNode label, ClassNames classes) {
    if (label.isTextual()) {
      String name = label.textValue();
      return classes
          .index(name)
          .orElseThrow(
              () ->
                  lines.problem(
                      "%s %s is unknown; %s".formatted(key, quote(name), classes.advice(name))));
    }
    if (!label.isIntegralNumber()) {
      throw lines.problem(
          key + " must be the name or the number of a class, not " + quote(String.valueOf(label)));
    }
    if (!label.canConvertToInt() || label.intValue() < 0 || label.intValue() >= classes.count()) {
      throw lines.problem(
          "%s %s is no class; there are %d, numbered from 0"
              .formatted(key, quote(label.asText()), classes.count()));
    }
    return label.intValue();
  }

  /** Returns a problem with what fields the line has, if there is one. */
  Optional<String> flaw(Task task) {
    boolean needsLabels = task.needsLabels();
    if (task.kind() == Targets.Kind.TAG) {
      String key = has("tokens") ? "tags" : "tokens";
      return has(key) || key.equals("tags") && !needsLabels
          ? Optional.empty()
          : Optional.of(
              "it has no %s; a classifier of tokens needs {\"tokens\": […], \"tags\": […]}"
                  .formatted(key));
    }
    if (task.kind() == Targets.Kind.SPAN) {
      return Optional.empty();
    }
    if (task.kind().isOfText()) {
      String advice =
          needsLabels
              ? task.kind() == Targets.Kind.NUMBERS
                  ? "a regression needs {\"text\": …, \"label\": NUMBER}"
                  : "a classifier needs {\"text\": …, \"label\": …}"
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
