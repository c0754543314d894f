package dev.amalgam.job.extract;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.io.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Factors on disk until all ranks are known: a safetensors file begins with the shapes of all its
 * tensors. The file is removed when it is closed.
 */
final class FactorFile implements AutoCloseable {

  private static final int PIECE = 1 << 16;

  /** Where a factor is in the file. */
  private record Stored(TensorInfo tensor, long position) {}

  private final Path path;
  private final FileChannel file;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment bytes = arena.allocate((long) PIECE * Double.BYTES, 64);
  private final float[] piece = new float[PIECE];
  private final List<Stored> stored = new ArrayList<>();
  private long end;

  FactorFile(Path path) {
    this.path = path;
    try {
      this.file =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw FileProblems.unwritable(path, e);
    }
  }

  /**
   * Adds a factor.
   *
   * @param rows a row for each singular value
   * @param factors what each row is multiplied by
   * @param isTransposed whether the rows become the columns of the factor
   */
  void add(
      String name, DType dtype, float[] rows, double[] factors, int length, boolean isTransposed) {
    int rank = factors.length;
    Shape shape = isTransposed ? Shape.of(length, rank) : Shape.of(rank, length);
    TensorInfo tensor = new TensorInfo(name, dtype, shape);
    stored.add(new Stored(tensor, end));
    long elements = shape.elements();
    for (long from = 0; from < elements; from += PIECE) {
      int count = (int) Math.min(PIECE, elements - from);
      for (int i = 0; i < count; i++) {
        int row = (int) (isTransposed ? (from + i) % rank : (from + i) / length);
        int column = (int) (isTransposed ? (from + i) / rank : (from + i) % length);
        piece[i] = (float) (rows[row * length + column] * factors[row]);
      }
      MemorySegment encoded = bytes.asSlice(0, dtype.bytes(count));
      Kernels.get().conversion().encode(dtype, piece, count, encoded, 0);
      write(encoded.asByteBuffer());
    }
  }

  private void write(ByteBuffer buffer) {
    try {
      while (buffer.hasRemaining()) {
        end += file.write(buffer, end);
      }
    } catch (IOException e) {
      throw FileProblems.unwritable(path, e);
    }
  }

  /** Returns the factors so far. */
  List<TensorInfo> tensors() {
    return stored.stream().map(Stored::tensor).toList();
  }

  /** Copies all factors. */
  void copyTo(SafetensorsWriter writer) {
    for (Stored factor : stored) {
      long size = factor.tensor().bytes();
      for (long from = 0; from < size; from += bytes.byteSize()) {
        MemorySegment part = bytes.asSlice(0, Math.min(bytes.byteSize(), size - from));
        read(factor.position() + from, part.asByteBuffer());
        writer.write(factor.tensor().name(), from, part);
      }
    }
  }

  private void read(long position, ByteBuffer buffer) {
    try {
      long at = position;
      while (buffer.hasRemaining()) {
        int count = file.read(buffer, at);
        if (count < 0) {
          throw new IOException("the file ends too early");
        }
        at += count;
      }
    } catch (IOException e) {
      throw FileProblems.unreadable(path, e);
    }
  }

  @Override
  public void close() {
    arena.close();
    try {
      file.close();
    } catch (IOException e) {
      throw FileProblems.unwritable(path, e);
    }
  }
}
