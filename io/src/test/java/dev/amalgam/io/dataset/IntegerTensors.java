package dev.amalgam.io.dataset;

import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes files of tensors of integers. */
public final class IntegerTensors {

  private final List<TensorInfo> tensors = new ArrayList<>();
  private final List<long[]> values = new ArrayList<>();

  /** Starts with no tensors. */
  public IntegerTensors() {}

  /** Adds a tensor of this type. */
  public IntegerTensors with(String name, DType type, Shape shape, long... data) {
    tensors.add(new TensorInfo(name, type, shape));
    values.add(data);
    return this;
  }

  /** Adds a tensor of I64. */
  public IntegerTensors with(String name, Shape shape, long... data) {
    return with(name, DType.I64, shape, data);
  }

  /** Writes the file and returns it. */
  public Path write(Path file) {
    try (Arena arena = Arena.ofConfined();
        SafetensorsWriter writer = SafetensorsWriter.create(file, tensors, Map.of())) {
      for (int i = 0; i < tensors.size(); i++) {
        int size = tensors.get(i).dtype().bits() / Byte.SIZE;
        ByteBuffer bytes =
            ByteBuffer.allocate(size * values.get(i).length + Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values.get(i)) {
          // The higher bytes are overwritten by the next value.
          bytes.putLong(bytes.position(), value).position(bytes.position() + size);
        }
        MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes.array());
        writer.write(tensors.get(i).name(), 0, data.asSlice(0, bytes.position()));
      }
    }
    return file;
  }
}
