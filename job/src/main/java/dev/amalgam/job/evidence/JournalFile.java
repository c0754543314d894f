package dev.amalgam.job.evidence;

import dev.amalgam.core.evidence.Journal;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.file.PartialFile;
import dev.amalgam.io.safetensors.SafetensorsFile;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Notes in a file: safetensors, F32. A file that is replaced is removed first: who stops in between
 * begins anew.
 *
 * @param path the file
 */
record JournalFile(Path path) implements Journal {

  private static final ValueLayout.OfFloat LITTLE_ENDIAN =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @Override
  public Optional<Map<String, float[]>> last() {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    Map<String, float[]> notes = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(path);
        Arena arena = Arena.ofConfined()) {
      for (TensorInfo tensor : file.tensors()) {
        MemorySegment bytes = arena.allocate(tensor.bytes(), Float.BYTES);
        file.read(tensor.name(), 0, bytes);
        notes.put(tensor.name(), bytes.toArray(LITTLE_ENDIAN));
      }
    }
    return Optional.of(notes);
  }

  @Override
  public void keep(SequencedMap<String, float[]> notes) {
    List<TensorInfo> tensors = new ArrayList<>();
    notes.forEach(
        (name, values) -> tensors.add(new TensorInfo(name, DType.F32, Shape.of(values.length))));
    try {
      Files.createDirectories(path.getParent());
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw FileProblems.unwritable(path, e);
    }
    try (PartialFile file = PartialFile.of(path);
        SafetensorsWriter writer = SafetensorsWriter.create(file.path(), tensors, Map.of());
        Arena arena = Arena.ofConfined()) {
      for (TensorInfo tensor : tensors) {
        float[] values = notes.get(tensor.name());
        MemorySegment bytes = arena.allocate(tensor.bytes(), Float.BYTES);
        MemorySegment.copy(values, 0, bytes, LITTLE_ENDIAN, 0, values.length);
        writer.write(tensor.name(), 0, bytes);
      }
      writer.force();
      file.finish();
    }
  }
}
