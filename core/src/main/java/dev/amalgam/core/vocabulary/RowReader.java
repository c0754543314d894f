package dev.amalgam.core.vocabulary;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.StoredWeight;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads rows of any element type as float32; for one thread at a time. */
final class RowReader implements AutoCloseable {

  private static final int PIECE = 1 << 14;

  private final Kernels kernels;
  private final ReadBuffer buffer;
  private final float[] sum = new float[PIECE];
  private final float[] next = new float[PIECE];

  RowReader(Kernels kernels) {
    this.kernels = kernels;
    this.buffer = new ReadBuffer(kernels);
  }

  /** Fills memory with elements as float32, little-endian. */
  void read(RowTable table, long from, long count, MemorySegment into) {
    table.pieces(
        from,
        count,
        (row, column, length, at) -> {
          for (long done = 0; done < length; done += PIECE) {
            int part = (int) Math.min(PIECE, length - done);
            if (table.rows().model(row) == TokenRows.MEAN) {
              mean(table, table.rows().mean(row), column + done, part);
            } else {
              read(
                  table,
                  table.source(row),
                  (long) table.rows().row(row) * table.width() + column + done,
                  part,
                  sum);
            }
            kernels.conversion().encode(DType.F32, sum, part, into, DType.F32.bytes(at + done));
          }
        });
  }

  private void mean(RowTable table, List<TokenRows.Place> places, long column, int count) {
    Arrays.fill(sum, 0, count, 0);
    for (TokenRows.Place place : places) {
      long first = (long) place.row() * table.width() + column;
      read(table, table.sources().get(place.model()), first, count, next);
      for (int i = 0; i < count; i++) {
        sum[i] += next[i];
      }
    }
    for (int i = 0; i < count; i++) {
      sum[i] /= places.size();
    }
  }

  private void read(
      RowTable table, Optional<RowTable.Source> source, long first, int count, float[] into) {
    if (source.isEmpty()) {
      Arrays.fill(into, 0, count, 0);
    } else {
      new StoredWeight(source.get().checkpoint(), source.get().tensor())
          .read(first, count, into, 0, buffer);
    }
  }

  @Override
  public void close() {
    buffer.close();
  }
}
