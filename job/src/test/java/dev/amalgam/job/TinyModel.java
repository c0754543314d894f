package dev.amalgam.job;

import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A folder with a model of a few float32 tensors and the files that belong to it. */
final class TinyModel {

  static final String CONFIG =
      """
      {
        "architectures": ["Tiny"],
        "attention_dropout": 0.0,
        "rms_norm_eps": 1e-06,
        "rope_theta": 10000.0,
        "time_step_limit": [0.0, Infinity],
        "text_config": {"torch_dtype": "float32", "big": 12345678901234567890},
        "name": "\\u00fc",
        "torch_dtype": "float32",
        "zero": -0.0
      }
      """;
  static final String TOKENIZER = "{\"model\": {\"vocab\": {\"a\": 0, \"b\": 1}}}";

  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private TinyModel() {}

  /** Makes the folder and returns it; models of other seeds have other weights. */
  static Path make(Path folder, long seed) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), CONFIG);
    Files.writeString(folder.resolve("generation_config.json"), "{\"temperature\": 0.6}\n");
    Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
    Files.writeString(folder.resolve("tokenizer_config.json"), "{}\n");
    Files.writeString(folder.resolve("notes.txt"), "not copied\n");
    tensors(folder.resolve("model.safetensors"), seed, "embed.weight", "layers.0.w", "layers.1.w");
    return folder;
  }

  /** Writes tensors of 300 × 7 elements. */
  static Path tensors(Path file, long seed, String... names) {
    Random random = new Random(seed);
    List<TensorInfo> tensors =
        List.of(names).stream()
            .map(name -> new TensorInfo(name, DType.F32, Shape.of(300, 7)))
            .toList();
    try (Arena arena = Arena.ofConfined();
        var writer = SafetensorsWriter.create(file, tensors, Map.of("format", "pt"))) {
      for (TensorInfo tensor : tensors) {
        MemorySegment data = arena.allocate(tensor.bytes());
        for (long i = 0; i < tensor.shape().elements(); i++) {
          data.set(F32, i * Float.BYTES, (float) random.nextGaussian());
        }
        writer.write(tensor.name(), 0, data);
      }
    }
    return file;
  }
}
