package dev.amalgam.core.adapter;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.matrix.DenseMatrix;
import dev.amalgam.core.matrix.MatrixProducts;
import dev.amalgam.core.matrix.Scratch;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.weight.StoredWeight;
import java.lang.foreign.MemorySegment;

/** Adds a delta to the weight that it changes, piece by piece; for one thread at a time. */
final class DeltaAdder implements AutoCloseable {

  private static final int PIECE = 1 << 15;

  /** About how many bytes of heap one takes: two pieces, and what products are worked out in. */
  static final long BYTES = 1 << 20;

  private final Kernels kernels = Kernels.warmingUp();
  private final Workers<Scratch> worker = new Workers<>(1, i -> new Scratch(kernels));
  private final MatrixProducts products = new MatrixProducts(worker);
  private final float[] weights = new float[PIECE];
  private final float[] delta = new float[PIECE];

  /** Returns the memory for reading. */
  Scratch scratch() {
    return worker.first();
  }

  /**
   * Writes elements of {@code weight + scale · left·right} as float32, little-endian. Each product
   * is rounded as {@link MatrixProducts} says, then once by the scale and once by the sum.
   *
   * @param from the first element
   * @param count how many
   */
  void write(
      StoredWeight weight,
      LowRankDelta.Factors factors,
      long from,
      long count,
      MemorySegment into) {
    int columns = factors.right().columns();
    long done = 0;
    while (done < count) {
      int row = (int) ((from + done) / columns);
      int column = (int) ((from + done) % columns);
      long left = count - done;
      int rows = 1;
      int length = (int) Math.min(Math.min(columns - column, left), PIECE);
      if (length == columns) {
        rows = (int) Math.min(left / columns, Math.max(1, PIECE / columns));
      }
      int elements = rows * length;
      products.multiply(
          rows(factors.left(), row, rows),
          columns(factors.right(), column, length),
          delta,
          0,
          length,
          false);
      scratch().read(weight, from + done, elements, weights, 0);
      for (int i = 0; i < elements; i++) {
        weights[i] += factors.scale() * delta[i];
      }
      kernels.conversion().encode(DType.F32, weights, elements, into, DType.F32.bytes(done));
      done += elements;
    }
  }

  private static DenseMatrix rows(DenseMatrix matrix, int from, int count) {
    return new DenseMatrix(
        matrix.data(),
        matrix.offset() + from * matrix.rowStride(),
        count,
        matrix.columns(),
        matrix.rowStride(),
        matrix.columnStride());
  }

  private static DenseMatrix columns(DenseMatrix matrix, int from, int count) {
    return new DenseMatrix(
        matrix.data(),
        matrix.offset() + from * matrix.columnStride(),
        matrix.rows(),
        count,
        matrix.rowStride(),
        matrix.columnStride());
  }

  @Override
  public void close() {
    worker.close();
  }
}
