package dev.amalgam.core.vocabulary;

import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * A tensor whose rows come from several.
 *
 * @param tensor the tensor, its rows as they are numbered anew
 * @param exact whether every row is zero or a copy of a row of the same element type
 * @param width the number of elements of a row
 * @param own the model's tensor as it is stored
 * @param rows where each row comes from
 * @param sources the tensor of each model; nothing where a model has none, which makes its rows
 *     zero, or no row is its
 */
record RowTable(
    TensorInfo tensor,
    boolean exact,
    int width,
    TensorInfo own,
    TokenRows rows,
    List<Optional<RowTable.Source>> sources) {

  /** Copies the list. */
  RowTable {
    sources = List.copyOf(sources);
  }

  /**
   * A tensor that rows come from.
   *
   * @param checkpoint the checkpoint that holds it
   * @param tensor what its header says
   */
  record Source(Checkpoint checkpoint, TensorInfo tensor) {}

  /** Reads part of a row, or rows that lie one behind the other. */
  interface Piece {
    /**
     * Reads.
     *
     * @param row the number of the (first) row
     * @param column the first element of it
     * @param count how many elements
     * @param at where they go, counted in elements
     */
    void read(int row, int column, long count, long at);
  }

  /** Cuts elements into pieces that can be read at once. */
  void pieces(long from, long count, Piece piece) {
    long done = 0;
    while (done < count) {
      int row = (int) ((from + done) / width);
      int column = (int) ((from + done) % width);
      // A run may begin and end within a row.
      long most = Math.ceilDiv(column + (count - done), (long) width);
      int run = rows.run(row, (int) Math.min(most, rows.size() - row));
      long length = Math.min((long) run * width - column, count - done);
      piece.read(row, column, length, done);
      done += length;
    }
  }

  /** Fills memory with elements, byte for byte; only where that is {@linkplain #exact exact}. */
  void copy(long from, long count, MemorySegment into) {
    long size = tensor.dtype().bytes(1);
    pieces(
        from,
        count,
        (row, column, length, at) -> {
          MemorySegment part = into.asSlice(at * size, length * size);
          Optional<Source> source = source(row);
          if (source.isEmpty()) {
            part.fill((byte) 0);
          } else {
            long first = (long) rows.row(row) * width + column;
            source.get().checkpoint().read(source.get().tensor().name(), first * size, part);
          }
        });
  }

  /** Returns where a row that is no mean comes from; nothing if it is zero. */
  Optional<Source> source(int row) {
    return rows.model(row) == TokenRows.ZERO ? Optional.empty() : sources.get(rows.model(row));
  }
}
