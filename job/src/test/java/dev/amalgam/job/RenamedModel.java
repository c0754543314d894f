package dev.amalgam.job;

import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsFile;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A copy of a model whose tensors have other names. */
final class RenamedModel {

  private static final String TENSORS = "model.safetensors";

  private RenamedModel() {}

  /**
   * Makes the copy and returns it.
   *
   * @param names makes a new name of a tensor's name; null leaves it out
   */
  static Path make(Path model, Path copy, UnaryOperator<String> names) throws IOException {
    Files.createDirectories(copy);
    try (var files = Files.list(model)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".json")) {
          Files.copy(file, copy.resolve(name));
        }
      }
    }
    try (SafetensorsFile file = SafetensorsFile.open(model.resolve(TENSORS));
        Arena arena = Arena.ofConfined()) {
      List<TensorInfo> kept =
          file.tensors().stream().filter(t -> names.apply(t.name()) != null).toList();
      List<TensorInfo> renamed =
          kept.stream()
              .map(t -> new TensorInfo(names.apply(t.name()), t.dtype(), t.shape()))
              .toList();
      try (var writer =
          SafetensorsWriter.create(copy.resolve(TENSORS), renamed, Map.of("format", "pt"))) {
        for (int i = 0; i < kept.size(); i++) {
          MemorySegment bytes = arena.allocate(kept.get(i).bytes());
          file.read(kept.get(i).name(), 0, bytes);
          writer.write(renamed.get(i).name(), 0, bytes);
        }
      }
    }
    return copy;
  }
}
