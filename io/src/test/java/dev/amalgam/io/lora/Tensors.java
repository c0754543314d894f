package dev.amalgam.io.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Tensors of small checkpoints. */
final class Tensors {

  /** The folder with bases, adapters, and what PEFT makes of them. */
  static final Path FIXTURES = Path.of("src/test/resources/lora");

  private Tensors() {}

  static float[] read(Checkpoint checkpoint, String tensor) {
    TensorInfo info = checkpoint.find(tensor).orElseThrow();
    return read(checkpoint, info, 0, (int) info.shape().elements());
  }

  static float[] read(Checkpoint checkpoint, TensorInfo info, int from, int count) {
    float[] values = new float[count];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(info.dtype().bytes(count));
      checkpoint.read(info.name(), info.dtype().bytes(from), bytes);
      Kernels.get().conversion().decode(info.dtype(), bytes, 0, values, count);
    }
    return values;
  }

  /** Requires the same names and shapes, and values within a share of the largest of a tensor. */
  static void assertClose(Checkpoint expected, Checkpoint actual, double share) {
    assertEquals(names(expected), names(actual));
    for (TensorInfo info : expected.tensors()) {
      assertEquals(info.shape(), actual.find(info.name()).orElseThrow().shape());
      float[] wanted = read(expected, info.name());
      float[] found = read(actual, info.name());
      float largest = 0;
      for (float value : wanted) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int i = 0; i < wanted.length; i++) {
        assertEquals(wanted[i], found[i], share * largest, info.name() + " " + i);
      }
    }
  }

  private static TreeSet<String> names(Checkpoint checkpoint) {
    return new TreeSet<>(checkpoint.tensors().stream().map(TensorInfo::name).toList());
  }

  /** Writes a safetensors file of one type. */
  static void write(Path file, DType dtype, List<TensorInfo> tensors, Map<String, float[]> values) {
    List<TensorInfo> stored =
        tensors.stream().map(t -> new TensorInfo(t.name(), dtype, t.shape())).toList();
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, stored, Map.of());
        Arena arena = Arena.ofConfined()) {
      for (TensorInfo tensor : stored) {
        float[] elements = values.get(tensor.name());
        MemorySegment bytes = arena.allocate(tensor.bytes());
        Kernels.get().conversion().encode(dtype, elements, elements.length, bytes, 0);
        writer.write(tensor.name(), 0, bytes);
      }
    }
  }
}
