package dev.amalgam.io.importance;

import dev.amalgam.core.importance.ImportanceScores;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.importance.Partitions;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.io.file.PartialFile;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes importance scores to a file. */
public final class SidecarWriter {

  private static final int CHUNK = 1 << 16;

  private SidecarWriter() {}

  /**
   * Writes a new file, which appears when it is complete: {@code importance/NAME} with one value
   * for each partition of NAME, {@code example_scores/NAME} F32 with one for each example, {@code
   * sizes/NAME} I64 with the number of parameters in a partition, and the examples' losses in
   * {@code losses/base} and {@code losses/expert}, F32.
   *
   * @param path a file that does not exist yet
   * @param dtype of importance: F32, or BF16 for scores of elements
   * @param model whose deltas multiply the scores, if the metadata says so
   * @throws dev.amalgam.core.tensor.CheckpointException if it cannot be written
   */
  public static void write(
      Path path, ImportanceScores scores, SidecarMetadata metadata, DType dtype, FineTuned model) {
    List<TensorInfo> tensors = new ArrayList<>();
    for (String name : scores.names()) {
      tensors.add(
          new TensorInfo(Sidecar.IMPORTANCE + name, dtype, shape(scores, metadata.level(), name)));
      tensors.add(vector(Sidecar.EXAMPLE_SCORES + name, DType.F32, metadata.examples()));
      tensors.add(vector(Sidecar.SIZES + name, DType.I64, 1));
    }
    tensors.add(vector(Sidecar.BASE_LOSSES, DType.F32, metadata.examples()));
    tensors.add(vector(Sidecar.EXPERT_LOSSES, DType.F32, metadata.examples()));
    try (PartialFile file = PartialFile.of(path);
        SafetensorsWriter writer =
            SafetensorsWriter.create(file.path(), tensors, metadata.toMap());
        ReadBuffer buffer = new ReadBuffer(Kernels.get());
        Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate((long) CHUNK * Float.BYTES, 64);
      for (String name : scores.names()) {
        writeImportance(writer, scores, name, dtype, metadata.magnitude(), model, buffer, bytes);
        writeFloats(writer, Sidecar.EXAMPLE_SCORES + name, scores.exampleScores().get(name), arena);
        MemorySegment size = arena.allocate(Long.BYTES, Long.BYTES);
        size.set(ValueLayout.JAVA_LONG, 0, size(scores.partitions(), name));
        writer.write(Sidecar.SIZES + name, 0, size);
      }
      writeFloats(writer, Sidecar.BASE_LOSSES, scores.losses().base(), arena);
      writeFloats(writer, Sidecar.EXPERT_LOSSES, scores.losses().expert(), arena);
      writer.force();
      file.finish();
    }
  }

  private static TensorInfo vector(String name, DType dtype, long length) {
    return new TensorInfo(name, dtype, Shape.of(length));
  }

  private static Shape shape(ImportanceScores scores, Level level, String name) {
    return level == Level.ELEMENT
        ? scores.partitions().shape(name).orElseThrow()
        : Shape.of(scores.count(name));
  }

  /** Returns the number of parameters in each partition of a name. */
  private static long size(Partitions partitions, String name) {
    long size = 0;
    for (String tensor : partitions.tensors()) {
      Partitioning partitioning = partitions.of(tensor).orElseThrow();
      if (tensor.equals(name) || partitions.level().isGroup() && partitioning.key().equals(name)) {
        size += partitioning.size(partitions.shape(tensor).orElseThrow().elements());
      }
    }
    return size;
  }

  private static void writeImportance(
      SafetensorsWriter writer,
      ImportanceScores scores,
      String name,
      DType dtype,
      boolean magnitude,
      FineTuned model,
      ReadBuffer buffer,
      MemorySegment bytes) {
    long count = scores.count(name);
    float[] values = new float[CHUNK];
    float[] delta = new float[CHUNK];
    for (long from = 0; from < count; from += CHUNK) {
      int length = (int) Math.min(CHUNK, count - from);
      scores.read(name, from, length, values);
      if (magnitude) {
        Weight weight = model.delta(name).orElseThrow();
        weight.read(from, length, delta, 0, buffer);
        for (int i = 0; i < length; i++) {
          values[i] *= Math.abs(delta[i]);
        }
      }
      MemorySegment encoded = bytes.asSlice(0, dtype.bytes(length));
      Kernels.get().conversion().encode(dtype, values, length, encoded, 0);
      writer.write(Sidecar.IMPORTANCE + name, dtype.bytes(from), encoded);
    }
  }

  private static void writeFloats(
      SafetensorsWriter writer, String tensor, double[] values, Arena arena) {
    MemorySegment bytes = arena.allocate((long) Float.BYTES * values.length, Float.BYTES);
    for (int i = 0; i < values.length; i++) {
      bytes.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) values[i]);
    }
    writer.write(tensor, 0, bytes);
  }
}
