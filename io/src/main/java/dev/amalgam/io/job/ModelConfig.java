package dev.amalgam.io.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.io.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The {@code config.json} of a model. */
final class ModelConfig {

  static final String FILE = "config.json";

  private static final long MOST_BYTES = 64 << 20;
  // Transformers 4 writes the first, transformers 5 the second.
  private static final List<String> DTYPE_KEYS = List.of("torch_dtype", "dtype");

  private final Path file;
  private final ObjectNode config;

  private ModelConfig(Path file, ObjectNode config) {
    this.file = file;
    this.config = config;
  }

  static ModelConfig read(Path file) {
    if (Json.read(file, MOST_BYTES) instanceof ObjectNode config) {
      return new ModelConfig(file, config);
    }
    throw new CheckpointException(file + ": is not a JSON object");
  }

  /**
   * Checks that weights mean what they say: those of a quantised model do not, and no arithmetic on
   * them makes sense.
   */
  void checkNotQuantized() {
    JsonNode quantization = config.get("quantization_config");
    if (quantization != null && !quantization.isNull()) {
      throw new CheckpointException(
          "%s: quantization_config says that the weights are quantized (quant_method %s); merge the models before they are quantized, or dequantize them first"
              .formatted(
                  file, CheckpointException.quote(quantization.path("quant_method").asText("?"))));
    }
  }

  /** Returns the file's new text: as it was, but for the element type if it is given. */
  String text(Optional<DType> dtype) {
    ObjectNode copy = config.deepCopy();
    dtype.ifPresent(
        type -> {
          boolean named = setDtype(copy, type.torchName());
          if (!named) {
            copy.put(DTYPE_KEYS.getFirst(), type.torchName());
          }
        });
    return Json.write(copy);
  }

  // Models of several parts repeat the type in the part's own section.
  private static boolean setDtype(ObjectNode section, String name) {
    boolean found = false;
    for (String key : DTYPE_KEYS) {
      if (section.path(key).isTextual()) {
        section.put(key, name);
        found = true;
      }
    }
    for (JsonNode value : section) {
      if (value instanceof ObjectNode part) {
        setDtype(part, name);
      }
    }
    return found;
  }
}
