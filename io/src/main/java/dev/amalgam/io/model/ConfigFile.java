package dev.amalgam.io.model;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a {@code config.json} for running a model. */
public final class ConfigFile {

  /** The name of the file in a model's folder. */
  public static final String NAME = "config.json";

  private static final int MOST_BYTES = 64 << 20;

  private ConfigFile() {}

  /**
   * Returns the config in a file.
   *
   * @throws CheckpointException if it cannot be read or is no JSON object
   */
  public static ModelConfig read(Path file) {
    if (Json.read(file, MOST_BYTES) instanceof ObjectNode config) {
      return new ModelConfig(file.toString(), object(config));
    }
    throw new CheckpointException(
        quote(file.toString()) + " is no JSON object; the file is damaged");
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
