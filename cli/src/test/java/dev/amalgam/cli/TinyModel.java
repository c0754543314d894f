package dev.amalgam.cli;

import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A folder with a model of two tensors. */
final class TinyModel {

  private TinyModel() {}

  /** Makes the folder; every element has this value. */
  static Path make(Path folder, float value) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), "{\"torch_dtype\": \"float32\"}\n");
    List<TensorInfo> tensors =
        List.of(
            new TensorInfo("embed.weight", DType.F32, Shape.of(20, 100)),
            new TensorInfo("norm\u001b", DType.F32, Shape.of(10)));
    try (Arena arena = Arena.ofConfined();
        var writer =
            SafetensorsWriter.create(
                folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"))) {
      for (TensorInfo tensor : tensors) {
        ByteBuffer data = ByteBuffer.allocate((int) tensor.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
          data.putFloat(value);
        }
        writer.write(
            tensor.name(),
            0,
            arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_BYTE, data.array()));
      }
    }
    return folder;
  }
}
