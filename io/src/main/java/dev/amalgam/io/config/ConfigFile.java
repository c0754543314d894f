package dev.amalgam.io.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.json.JsonEdits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A {@code config.json}, read once; and other small files of a model that hold one JSON object, as
 * {@code generation_config.json} does. Immutable.
 */
public final class ConfigFile {

  /** The name of a model's config in its folder. */
  public static final String NAME = "config.json";

  private static final int MOST_BYTES = 64 << 20;

  private final Path path;
  private final String text;
  private final ObjectNode object;

  private ConfigFile(Path path, String text, ObjectNode object) {
    this.path = path;
    this.text = text;
    this.object = object;
  }

  /**
   * Returns what a file holds.
   *
   * @throws CheckpointException if it cannot be read, is larger than 64 MiB, or is no JSON object
   */
  public static ConfigFile read(Path path) {
    return of(path, Json.text(path, MOST_BYTES));
  }

  /**
   * Returns what a file of this text would hold.
   *
   * @param path what messages name
   * @throws CheckpointException if the text is no JSON object
   */
  public static ConfigFile of(Path path, String text) {
    return new ConfigFile(path, text, Json.parseObject(path, text));
  }

  /**
   * Returns the file with another text.
   *
   * @throws CheckpointException if the text is no JSON object
   */
  public ConfigFile with(String otherText) {
    return of(path, otherText);
  }

  /** Returns where it was read. */
  public Path path() {
    return path;
  }

  /** Returns its text as it was written. */
  public String text() {
    return text;
  }

  /** Returns changes to its text, none yet. */
  public JsonEdits edits() {
    return new JsonEdits(path, text);
  }

  /** Returns its values for running a model, none of them asked for yet. */
  public ModelConfig values() {
    return new ModelConfig(path.toString(), object(object));
  }

  /** Returns whether there is such a key at the top. */
  public boolean has(String key) {
    return object.has(key);
  }

  /**
   * Returns what is at a place; a missing node if nothing is.
   *
   * @param pointer the JSON pointer (RFC 6901) to it
   */
  public JsonNode at(String pointer) {
    return object.at(pointer);
  }

  /** Returns the value of a key if it is a text. */
  public Optional<String> string(String key) {
    return Optional.of(object.path(key)).filter(JsonNode::isTextual).map(JsonNode::textValue);
  }

  /** Returns the value of a key if it is true or false. */
  public Optional<Boolean> boolValue(String key) {
    return Optional.of(object.path(key)).filter(JsonNode::isBoolean).map(JsonNode::booleanValue);
  }

  /** Returns the value of a key if it is a number. */
  public Optional<Double> number(String key) {
    return Optional.of(object.path(key)).filter(JsonNode::isNumber).map(JsonNode::doubleValue);
  }

  /**
   * Returns the whole numbers of 32 bits that the value of a key is: itself, or the items of a
   * list; whatever else there is is passed over.
   */
  public List<Integer> integers(String key) {
    JsonNode value = object.path(key);
    List<Integer> integers = new ArrayList<>();
    for (JsonNode item : value.isArray() ? value : List.of(value)) {
      if (item.isIntegralNumber() && item.canConvertToInt()) {
        integers.add(item.intValue());
      }
    }
    return integers;
  }

  /**
   * Returns the items of a list, each as JSON; nothing if there is no list.
   *
   * @param pointer the JSON pointer (RFC 6901) to the list
   */
  public Optional<List<String>> list(String pointer) {
    JsonNode list = object.at(pointer);
    if (!list.isArray()) {
      return Optional.empty();
    }
    List<String> items = new ArrayList<>();
    list.forEach(item -> items.add(item.toString()));
    return Optional.of(items);
  }

  /** Returns the element type of the model's weights, or of its text model's, if there is one. */
  public Optional<DType> dtype() {
    return Stream.of(object, object.path("text_config"))
        // Transformers 4 writes the first, transformers 5 the second.
        .flatMap(part -> Stream.of(part.path("torch_dtype"), part.path("dtype")))
        .filter(JsonNode::isTextual)
        .flatMap(name -> DType.ofTorchName(name.textValue()).stream())
        .findFirst();
  }

  private static Map<String, Object> object(JsonNode node) {
    Map<String, Object> values = new LinkedHashMap<>();
    node.properties().forEach(field -> values.put(field.getKey(), value(field.getValue())));
    return values;
  }

  private static Object value(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> object(node);
      case ARRAY -> array(node);
      case BOOLEAN -> node.booleanValue();
      case NUMBER ->
          node.canConvertToLong() && node.isIntegralNumber()
              ? (Object) node.longValue()
              : (Object) node.doubleValue();
      case NULL -> null;
      default -> node.asText();
    };
  }

  private static List<Object> array(JsonNode node) {
    List<Object> values = new ArrayList<>();
    node.forEach(element -> values.add(value(element)));
    return values;
  }
}
