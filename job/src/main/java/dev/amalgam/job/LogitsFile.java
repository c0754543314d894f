package dev.amalgam.job;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.file.PartialFile;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import dev.amalgam.job.output.FreeSpace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The logits of a whole data set, written batch by batch: {@code logits} F32 [examples, tokens,
 * vocabulary], or [examples, classes] for a classifier, and {@code input_ids} I64 [examples,
 * tokens]. The file appears when it is complete.
 */
final class LogitsFile implements AutoCloseable {

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final String LOGITS = "logits";
  private static final String INPUT_IDS = "input_ids";

  private final PartialFile file;
  private final SafetensorsWriter writer;
  private long examples;
  private long targets;

  private LogitsFile(PartialFile file, SafetensorsWriter writer) {
    this.file = file;
    this.writer = writer;
  }

  /**
   * Returns the tensors that such a file holds.
   *
   * @throws CheckpointException if they are too large for any file, or for the disk
   */
  static List<TensorInfo> plan(Path path, Head head, long examples, int length) {
    int outputs = head.decoder().outputs();
    try {
      List<TensorInfo> tensors =
          List.of(
              new TensorInfo(
                  LOGITS,
                  DType.F32,
                  head.kind().isOfText()
                      ? Shape.of(examples, outputs)
                      : Shape.of(examples, length, outputs)),
              new TensorInfo(INPUT_IDS, DType.I64, Shape.of(examples, length)));
      long bytes = Math.addExact(tensors.getFirst().bytes(), tensors.getLast().bytes());
      long free = FreeSpace.at(path);
      if (bytes > free) {
        throw new CheckpointException(
            "%s: the logits need %d MB, but only %d MB are free there; free some space, or evaluate fewer or shorter examples"
                .formatted(quote(path.toString()), bytes / 1_000_000, free / 1_000_000));
      }
      return tensors;
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          quote(path.toString()) + ": so many logits fit no file; evaluate fewer examples", e);
    }
  }

  /** Returns the file, which does not exist yet. */
  static LogitsFile create(Path path, List<TensorInfo> tensors) {
    PartialFile file = PartialFile.of(path);
    try {
      return new LogitsFile(file, SafetensorsWriter.create(file.path(), tensors, Map.of()));
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Writes the tokens of the next examples; the targets that follow are theirs. */
  void write(Batch batch) {
    try (Arena arena = Arena.ofConfined()) {
      for (Example example : batch.examples()) {
        long bytes = (long) Long.BYTES * example.length();
        MemorySegment row = arena.allocate(bytes);
        for (int i = 0; i < example.length(); i++) {
          row.setAtIndex(LONG, i, example.inputIds()[i]);
        }
        writer.write(INPUT_IDS, examples++ * bytes, row);
      }
    }
  }

  /** Writes the logits of the next targets. */
  void write(States logits) {
    long bytes = (long) Float.BYTES * logits.width();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment row = arena.allocate(bytes);
      for (int i = 0; i < logits.rows(); i++) {
        MemorySegment.copy(logits.data(), logits.at(i), row, FLOAT, 0, logits.width());
        writer.write(LOGITS, targets++ * bytes, row);
      }
    }
  }

  /** Gives the complete file its name. */
  void finish() {
    writer.force();
    writer.close();
    file.finish();
  }

  @Override
  public void close() {
    writer.close();
    file.close();
  }
}
