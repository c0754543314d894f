package dev.amalgam.core.tensor;

import dev.amalgam.core.kernel.Kernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A checkpoint in memory, for tests. */
public final class MemoryCheckpoint implements Checkpoint {

  private final String name;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, byte[]> data = new LinkedHashMap<>();

  /** Creates an empty checkpoint. */
  public MemoryCheckpoint(String name) {
    this.name = name;
  }

  /** Adds a tensor of stored bytes. */
  public MemoryCheckpoint with(String tensor, DType dtype, Shape shape, byte[] bytes) {
    TensorInfo info = new TensorInfo(tensor, dtype, shape);
    if (info.bytes() != bytes.length) {
      throw new IllegalArgumentException(info + " has no " + bytes.length + " bytes");
    }
    tensors.put(tensor, info);
    data.put(tensor, bytes.clone());
    return this;
  }

  /** Adds a tensor of numbers, rounded to its type. */
  public MemoryCheckpoint with(String tensor, DType dtype, Shape shape, float... elements) {
    return with(tensor, dtype, shape, encode(dtype, elements));
  }

  /** Returns numbers as they are stored. */
  public static byte[] encode(DType dtype, float... elements) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(dtype.bytes(elements.length));
      Kernels.scalar().conversion().encode(dtype, elements, elements.length, bytes, 0);
      return bytes.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** Returns stored numbers. */
  public static float[] decode(DType dtype, byte[] stored) {
    try (Arena arena = Arena.ofConfined()) {
      float[] elements = new float[stored.length * 8 / dtype.bits()];
      MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, stored);
      Kernels.scalar().conversion().decode(dtype, bytes, 0, elements, elements.length);
      return elements;
    }
  }

  /** Returns the stored bytes of a tensor. */
  public byte[] bytes(String tensor) {
    return data.get(tensor).clone();
  }

  /** Returns the elements of a tensor, as float32. */
  public float[] elements(String tensor) {
    return decode(tensors.get(tensor).dtype(), data.get(tensor));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<TensorInfo> tensors() {
    return List.copyOf(tensors.values());
  }

  @Override
  public Optional<TensorInfo> find(String tensor) {
    return Optional.ofNullable(tensors.get(tensor));
  }

  @Override
  public void read(String tensor, long offset, MemorySegment into) {
    byte[] bytes = data.get(tensor);
    Objects.checkFromIndexSize(offset, into.byteSize(), bytes.length);
    MemorySegment.copy(MemorySegment.ofArray(bytes), offset, into, 0, into.byteSize());
  }

  @Override
  public void close() {}
}
