package dev.amalgam.io.model;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The tensors of a small file, in memory.
 *
 * @param floats those of F32
 * @param integers those of I64
 * @param infos what all of them are
 */
record Tensors(
    Map<String, float[]> floats, Map<String, int[]> integers, Map<String, TensorInfo> infos) {

  static Tensors read(Path file) {
    Tensors tensors =
        new Tensors(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    try (Checkpoint checkpoint = SafetensorsFile.open(file);
        Arena arena = Arena.ofConfined()) {
      for (TensorInfo info : checkpoint.tensors()) {
        tensors.infos.put(info.name(), info);
        MemorySegment bytes = arena.allocate(Math.max(1, info.bytes())).asSlice(0, info.bytes());
        checkpoint.read(info.name(), 0, bytes);
        if (info.dtype() == DType.F32) {
          tensors.floats.put(info.name(), bytes.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
        } else if (info.dtype() == DType.I64) {
          long[] longs = bytes.toArray(ValueLayout.JAVA_LONG_UNALIGNED);
          tensors.integers.put(
              info.name(),
              IntStream.range(0, longs.length).map(i -> Math.toIntExact(longs[i])).toArray());
        }
      }
    }
    return tensors;
  }

  /** Returns row {@code row} of an integer tensor. */
  int[] row(String name, int row) {
    int width = (int) infos.get(name).shape().rowLength();
    return java.util.Arrays.copyOfRange(integers.get(name), row * width, (row + 1) * width);
  }
}
