package dev.amalgam.io.model;

import static dev.amalgam.core.AmalgamException.quote;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.io.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The {@code config.json} of a model. */
public final class ConfigText {

  public static final String FILE = "config.json";

  private static final int MOST_BYTES = 64 << 20;
  // Transformers 4 writes the first, transformers 5 the second.
  private static final List<String> DTYPE_KEYS = List.of("torch_dtype", "dtype");

  private final Path file;
  private final String text;
  private final ObjectNode config;

  private ConfigText(Path file, String text, ObjectNode config) {
    this.file = file;
    this.text = text;
    this.config = config;
  }

  public static ConfigText read(Path file) {
    return of(file, Json.text(file, MOST_BYTES));
  }

  /**
   * Returns the config that a text is.
   *
   * @param file what messages name
   */
  public static ConfigText of(Path file, String text) {
    if (Json.parse(file, text) instanceof ObjectNode config) {
      return new ConfigText(file, text, config);
    }
    throw new CheckpointException(
        quote(file.toString()) + " is no JSON object; the file is damaged");
  }

  /** Returns where the config was read. */
  public Path file() {
    return file;
  }

  /** Returns what the config says. */
  @SuppressWarnings("exports")
  public ObjectNode json() {
    return config;
  }

  /**
   * Checks that weights mean what they say: those of a quantised model do not, and no arithmetic on
   * them makes sense.
   */
  public void checkNotQuantized() {
    JsonNode quantization = config.get("quantization_config");
    if (quantization != null && !quantization.isNull()) {
      throw new CheckpointException(
          "%s: quantization_config says that the weights are quantized (quant_method %s); merge the models before they are quantized, or dequantize them first"
              .formatted(
                  quote(file.toString()), quote(quantization.path("quant_method").asText("?"))));
    }
  }

  /** Returns the file's new text: as it was, but for the element type if it is given. */
  public String text(Optional<DType> dtype) {
    return dtype.map(type -> withDtype('"' + type.torchName() + '"')).orElse(text);
  }

  // Edited as text, so that every other value stays as it was written.
  private String withDtype(String value) {
    StringBuilder edited = new StringBuilder(text);
    for (Span span : dtypeValues().reversed()) {
      edited.replace(span.start(), span.end(), value);
    }
    if (DTYPE_KEYS.stream().noneMatch(config::has)) {
      edited.insert(
          text.indexOf('{') + 1,
          "\n  \"" + DTYPE_KEYS.getFirst() + "\": " + value + (config.isEmpty() ? "\n" : ","));
    }
    return edited.toString();
  }

  private record Span(int start, int end) {}

  // Models of several parts repeat the type in the part's own section.
  private List<Span> dtypeValues() {
    List<Span> spans = new ArrayList<>();
    try (JsonParser parser = Json.mapper().createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isScalarValue()
            && parser.currentName() instanceof String key
            && DTYPE_KEYS.contains(key)) {
          int start = (int) parser.currentTokenLocation().getCharOffset();
          parser.finishToken();
          spans.add(new Span(start, (int) parser.currentLocation().getCharOffset()));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(file + " was JSON before", e);
    }
    return spans;
  }
}
