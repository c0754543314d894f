package dev.amalgam.io.importance;

import dev.amalgam.core.importance.ImportanceScores;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.importance.Partitions;
import dev.amalgam.core.importance.ScoreEncoder;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.FineTuned;
import dev.amalgam.io.file.PartialFile;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes importance scores to a file. */
public final class SidecarWriter {

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
        ScoreEncoder encoder =
            new ScoreEncoder(scores, dtype, Optional.of(model).filter(_ -> metadata.magnitude()));
        Arena arena = Arena.ofConfined()) {
      for (String name : scores.names()) {
        writeImportance(writer, encoder, name, dtype, scores.count(name));
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
      SafetensorsWriter writer, ScoreEncoder encoder, String name, DType dtype, long count) {
    for (long from = 0; from < count; from += ScoreEncoder.MOST) {
      int length = (int) Math.min(ScoreEncoder.MOST, count - from);
      writer.write(
          Sidecar.IMPORTANCE + name, dtype.bytes(from), encoder.encode(name, from, length));
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
