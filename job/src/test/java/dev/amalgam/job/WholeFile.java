package dev.amalgam.job;

import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A small safetensors file in memory.
 *
 * @param shapes the shapes of its tensors
 * @param bytes their data
 */
record WholeFile(Map<String, Shape> shapes, Map<String, byte[]> bytes) {

  static WholeFile read(Path path) {
    WholeFile whole = new WholeFile(new LinkedHashMap<>(), new LinkedHashMap<>());
    try (SafetensorsFile file = SafetensorsFile.open(path);
        Arena arena = Arena.ofConfined()) {
      for (TensorInfo info : file.tensors()) {
        MemorySegment data = arena.allocate(Math.max(1, info.bytes())).asSlice(0, info.bytes());
        file.read(info.name(), 0, data);
        whole.shapes.put(info.name(), info.shape());
        whole.bytes.put(info.name(), data.toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return whole;
  }

  float[] floats(String name) {
    return MemorySegment.ofArray(bytes.get(name)).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  long[] longs(String name) {
    return MemorySegment.ofArray(bytes.get(name)).toArray(ValueLayout.JAVA_LONG_UNALIGNED);
  }

  /** Makes a value the first element of an F32 tensor of a file. */
  static void overwrite(Path path, String tensor, float value) throws IOException {
    long position;
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      position =
          file.header().dataStart()
              + file.header().entries().stream()
                  .filter(entry -> entry.tensor().name().equals(tensor))
                  .findFirst()
                  .orElseThrow()
                  .begin();
    }
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(position);
      file.writeInt(Integer.reverseBytes(Float.floatToRawIntBits(value)));
    }
  }
}
