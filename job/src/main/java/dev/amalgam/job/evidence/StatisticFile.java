package dev.amalgam.job.evidence;

import dev.amalgam.core.evidence.FiniteEvidence;
import dev.amalgam.core.evidence.Sums;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.file.PartialFile;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The tables of a statistic on disk: safetensors, F32, divided by their counts. */
final class StatisticFile {

  private static final int CHUNK = 1 << 16;
  private static final ValueLayout.OfFloat LITTLE_ENDIAN =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private StatisticFile() {}

  /**
   * Writes a new file, which appears when it is complete.
   *
   * @throws dev.amalgam.core.layer.ModelException if a number is not finite
   */
  static void write(Path path, Sums sums, String statistic, FiniteEvidence finite) {
    List<TensorInfo> tensors = new ArrayList<>();
    sums.shapes().forEach((name, shape) -> tensors.add(new TensorInfo(name, DType.F32, shape)));
    try (PartialFile file = PartialFile.of(path);
        SafetensorsWriter writer =
            SafetensorsWriter.create(file.path(), tensors, Map.of("statistic", statistic));
        Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate((long) CHUNK * Float.BYTES, 64);
      for (TensorInfo tensor : tensors) {
        write(writer, sums, statistic, tensor, bytes, finite);
      }
      writer.force();
      file.finish();
    }
  }

  private static void write(
      SafetensorsWriter writer,
      Sums sums,
      String statistic,
      TensorInfo tensor,
      MemorySegment bytes,
      FiniteEvidence finite) {
    long count = tensor.shape().elements();
    float[] values = new float[CHUNK];
    for (long from = 0; from < count; from += CHUNK) {
      int length = (int) Math.min(CHUNK, count - from);
      sums.mean(tensor.name(), from, length, values, 0);
      finite.check(statistic, tensor.name(), values, length);
      for (int i = 0; i < length; i++) {
        bytes.setAtIndex(LITTLE_ENDIAN, i, values[i]);
      }
      writer.write(
          tensor.name(), Float.BYTES * from, bytes.asSlice(0, (long) Float.BYTES * length));
    }
  }
}
