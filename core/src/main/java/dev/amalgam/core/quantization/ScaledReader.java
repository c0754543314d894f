package dev.amalgam.core.quantization;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.StoredWeight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Multiplies codes of FP8 by their scales; for one thread at a time. */
final class ScaledReader implements AutoCloseable {

  private static final int PIECE = 1 << 15;

  // A piece that has more than one row begins and ends inside of rows shorter than itself.
  private static final int MOST_SCALES = 3 * PIECE;

  /** About the bytes that a reader works in. */
  static final long BYTES = 4L * (PIECE + MOST_SCALES) + MOST_SCALES + (8L << 16);

  private final Kernels kernels = Kernels.warmingUp();
  private final ReadBuffer buffer = new ReadBuffer(kernels);
  private final Arena arena = Arena.ofShared();
  private final MemorySegment exponents = arena.allocate(MOST_SCALES);
  private final float[] values = new float[PIECE];
  private final float[] scales = new float[MOST_SCALES];

  /** Fills memory with elements as float32, little-endian. */
  void read(Checkpoint stored, ScaledTensor tensor, long from, long count, MemorySegment into) {
    long columns = tensor.grid().columns();
    long done = 0;
    while (done < count) {
      long first = from + done;
      long length = Math.min(PIECE, count - done);
      if (columns >= PIECE) {
        length = Math.min(length, columns - first % columns);
      }
      new StoredWeight(stored, tensor.codes()).read(first, (int) length, values, 0, buffer);
      multiply(stored, tensor, first, (int) length);
      kernels.conversion().encode(DType.F32, values, (int) length, into, DType.F32.bytes(done));
      done += length;
    }
  }

  private void multiply(Checkpoint stored, ScaledTensor tensor, long first, int count) {
    ScaleGrid grid = tensor.grid();
    long columns = grid.columns();
    long firstRow = first / columns;
    long lastRow = (first + count - 1) / columns;
    // The scales of a single row may be too many for the array, those of the piece are not.
    boolean oneRow = firstRow == lastRow;
    long firstBlock = oneRow ? first % columns / grid.blockColumns() : 0;
    long endBlock =
        oneRow ? (first + count - 1) % columns / grid.blockColumns() + 1 : grid.scalesOfRow();
    long origin = grid.scaleRow(firstRow) * grid.scalesOfRow() + firstBlock;
    long end = grid.scaleRow(lastRow) * grid.scalesOfRow() + endBlock;
    readScales(stored, tensor.scales(), origin, (int) (end - origin));
    int at = 0;
    for (long row = firstRow; row <= lastRow; row++) {
      long scaleRow = grid.scaleRow(row) * grid.scalesOfRow() - origin;
      long column = (first + at) % columns;
      int rowEnd = (int) Math.min(count, at + columns - column);
      while (at < rowEnd) {
        long block = column / grid.blockColumns();
        float scale = scales[(int) (scaleRow + block)];
        long blockEnd = at + (block + 1) * grid.blockColumns() - column;
        int to = (int) Math.min(rowEnd, blockEnd);
        column += to - at;
        for (; at < to; at++) {
          values[at] *= scale;
        }
      }
    }
  }

  private void readScales(Checkpoint stored, TensorInfo tensor, long from, int count) {
    if (!PowersOfTwo.areStoredAs(tensor.dtype())) {
      new StoredWeight(stored, tensor).read(from, count, scales, 0, buffer);
      return;
    }
    stored.read(tensor.name(), from, exponents.asSlice(0, count));
    for (int i = 0; i < count; i++) {
      scales[i] = PowersOfTwo.value(exponents.get(ValueLayout.JAVA_BYTE, i));
    }
  }

  @Override
  public void close() {
    buffer.close();
    arena.close();
  }
}
