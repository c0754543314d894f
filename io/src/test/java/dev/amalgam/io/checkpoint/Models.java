package dev.amalgam.io.checkpoint;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Small models for the tests of this package. */
final class Models {

  private Models() {}

  static TensorInfo tensor(String name, DType dtype, long... shape) {
    return new TensorInfo(name, dtype, Shape.of(shape));
  }

  /** Returns the data that a tensor of this name has in every test. */
  static byte[] data(TensorInfo tensor) {
    byte[] data = new byte[Math.toIntExact(tensor.bytes())];
    new Random(tensor.name().hashCode()).nextBytes(data);
    return data;
  }

  static byte[] read(Checkpoint checkpoint, TensorInfo tensor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(tensor.bytes());
      checkpoint.read(tensor.name(), 0, bytes);
      return bytes.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** Writes a file of one-byte tensors with these names. */
  static Path shard(Path file, String... names) {
    List<TensorInfo> tensors = Stream.of(names).map(n -> tensor(n, DType.I8, 1)).toList();
    try (Arena arena = Arena.ofConfined();
        var writer = SafetensorsWriter.create(file, tensors, Map.of("format", "pt"))) {
      for (TensorInfo tensor : tensors) {
        byte[] data = data(tensor);
        writer.write(tensor.name(), 0, arena.allocateFrom(ValueLayout.JAVA_BYTE, data));
      }
    }
    return file;
  }
}
