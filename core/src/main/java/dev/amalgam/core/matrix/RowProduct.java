package dev.amalgam.core.matrix;

import dev.amalgam.core.parallel.Workers;
import java.util.Arrays;

/**
 * The product of one row with a resident weight, as generation needs it for every token. Nothing is
 * packed, for every entry of the weight is used once: what counts is how fast memory can be read.
 */
final class RowProduct {

  /** Entries of the weight in a piece: a few hundred kilobytes, some ten microseconds. */
  private static final int PIECE = 1 << 17;

  /** Columns of an untransposed weight that a worker goes down together. */
  private static final int STRIPE = 512;

  private RowProduct() {}

  /** Writes {@code x·W} to {@code c[offset ..]}. */
  static void multiply(
      DenseMatrix x, WeightMatrix w, float[] c, int offset, Workers<Scratch> workers) {
    float[] row = new float[x.columns()];
    for (int k = 0; k < row.length; k++) {
      row[k] = x.data()[x.offset() + k * x.columnStride()];
    }
    if (w.isTransposed()) {
      dots(row, w, c, offset, workers);
    } else {
      sums(row, w, c, offset, workers);
    }
  }

  /** Entries of the result are dot products with rows of the weight. */
  private static void dots(
      float[] x, WeightMatrix w, float[] c, int offset, Workers<Scratch> workers) {
    int rows = Math.max(1, PIECE / x.length);
    workers.run(
        Math.ceilDiv(w.columns(), rows),
        (scratch, piece) -> {
          float[] decoded = scratch.spare(0, x.length);
          int end = Math.min(w.columns(), (piece + 1) * rows);
          for (int i = piece * rows; i < end; i++) {
            long at = (long) (w.firstRow() + i) * x.length;
            scratch.read(w.weight(), at, x.length, decoded, 0);
            c[offset + i] = scratch.kernels().matrix().dot(x, 0, decoded, 0, x.length);
          }
        });
  }

  /** The result is a sum of rows of the weight. */
  private static void sums(
      float[] x, WeightMatrix w, float[] c, int offset, Workers<Scratch> workers) {
    workers.run(
        Math.ceilDiv(w.columns(), STRIPE),
        (scratch, piece) -> {
          int from = piece * STRIPE;
          int count = Math.min(STRIPE, w.columns() - from);
          float[] decoded = scratch.spare(0, STRIPE);
          Arrays.fill(c, offset + from, offset + from + count, 0);
          for (int k = 0; k < x.length; k++) {
            long at = (long) (w.firstRow() + k) * w.columns() + from;
            scratch.read(w.weight(), at, count, decoded, 0);
            addScaled(c, offset + from, x[k], decoded, count);
          }
        });
  }

  private static void addScaled(float[] c, int at, float a, float[] x, int count) {
    for (int i = 0; i < count; i++) {
      c[at + i] = Math.fma(a, x[i], c[at + i]);
    }
  }
}
