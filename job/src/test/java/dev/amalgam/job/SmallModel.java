package dev.amalgam.job;

import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.json.Json;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A folder with a model of a few float32 tensors of given values, and a tokenizer of words. */
final class SmallModel {

  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path folder;
  private final Map<TensorInfo, float[]> tensors = new LinkedHashMap<>();

  SmallModel(Path folder, String type) throws IOException {
    this.folder = Files.createDirectories(folder);
    config("{\"model_type\": \"" + type + "\"}\n");
  }

  /** Replaces the config. */
  SmallModel config(String text) throws IOException {
    Files.writeString(folder.resolve("config.json"), text);
    return this;
  }

  /** Adds a tensor; each row is given, or, of a tensor of one dimension, each element. */
  SmallModel tensor(String name, int columns, float... elements) {
    Shape shape =
        columns == 0 ? Shape.of(elements.length) : Shape.of(elements.length / columns, columns);
    tensors.keySet().removeIf(tensor -> tensor.name().equals(name));
    tensors.put(new TensorInfo(name, DType.F32, shape), elements);
    return this;
  }

  /** Writes a tokenizer in which each of these words is a token, numbered from 0. */
  SmallModel words(String... words) throws IOException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (String word : words) {
      ids.put(word, ids.size());
    }
    Files.writeString(
        folder.resolve("tokenizer.json"),
        Json.write(
            Map.of(
                "version", "1.0",
                "pre_tokenizer", Map.of("type", "WhitespaceSplit"),
                "model", Map.of("type", "WordLevel", "unk_token", words[0], "vocab", ids))));
    return this;
  }

  /** Writes the tensors, in place of those that are there. */
  Path write() throws IOException {
    Files.deleteIfExists(folder.resolve("model.safetensors"));
    try (Arena arena = Arena.ofConfined();
        var writer =
            SafetensorsWriter.create(
                folder.resolve("model.safetensors"),
                List.copyOf(tensors.keySet()),
                Map.of("format", "pt"))) {
      tensors.forEach(
          (tensor, elements) -> {
            MemorySegment data = arena.allocate(tensor.bytes());
            for (int i = 0; i < elements.length; i++) {
              data.set(F32, (long) i * Float.BYTES, elements[i]);
            }
            writer.write(tensor.name(), 0, data);
          });
    }
    return folder;
  }
}
