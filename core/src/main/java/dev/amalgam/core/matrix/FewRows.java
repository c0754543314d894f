package dev.amalgam.core.matrix;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.kernel.MatrixKernels;
import dev.amalgam.core.tensor.DType;
import dev.amalgam.core.weight.ResidentWeight;
import java.util.Arrays;

/**
 * Products of few rows with a weight in memory, which take as long as reading the weight does. So
 * nothing is packed: rows of the weight are gone through as they lie there.
 */
final class FewRows {

  /** With more rows than this, packing the weight pays. */
  static final int MOST = 4;

  /** How many elements of a weight one worker takes at a time: some tens of rows. */
  private static final int PIECE = 1 << 17;

  /** A piece has a multiple of this many columns, as the kernels take several at a time. */
  private static final int TOGETHER = 8;

  private static final int DECODED_ROWS = 8;

  private final Kernels kernels;
  private float[] x = {};
  private float[] room = {};
  private float[] decoded = {};
  private float[] sums = {};

  FewRows(Kernels kernels) {
    this.kernels = kernels;
  }

  /** Returns whether a product is one of these. */
  static boolean handles(DenseMatrix a, Matrix b) {
    return a.rows() <= MOST
        && b instanceof WeightMatrix matrix
        && matrix.weight() instanceof ResidentWeight;
  }

  /** Returns how many columns of the product make a piece. */
  static int piece(WeightMatrix b) {
    int columns = b.isTransposed() ? PIECE / Math.max(1, b.rows()) : PIECE / 256;
    return Math.min(Math.max(1, columns / TOGETHER) * TOGETHER, b.columns());
  }

  /** Works out columns {@code from} to {@code from + count − 1} of the product. */
  void multiply(DenseMatrix a, WeightMatrix b, int from, int count, BlockedProduct.Target target) {
    ResidentWeight weight = (ResidentWeight) b.weight();
    for (int i = 0; i < a.rows(); i++) {
      row(a, i);
      int at = target.offset() + i * target.stride() + from;
      if (b.isTransposed()) {
        dots(weight, b, from, count, target, at);
      } else {
        rows(weight, b, from, count, target, at);
      }
    }
  }

  private void row(DenseMatrix a, int i) {
    x = atLeast(x, a.columns());
    for (int k = 0; k < a.columns(); k++) {
      x[k] = a.data()[a.offset() + i * a.rowStride() + k * a.columnStride()];
    }
  }

  private void dots(
      ResidentWeight weight,
      WeightMatrix b,
      int from,
      int count,
      BlockedProduct.Target target,
      int at) {
    int length = b.rows();
    long first = ((long) b.firstRow() + from) * length;
    room = atLeast(room, MatrixKernels.DOT_LANES + length);
    sums = atLeast(sums, count);
    DType dtype = weight.tensor().dtype();
    MatrixKernels matrix = kernels.matrix();
    if (dtype == DType.BF16) {
      matrix.dotBf16(weight.bytes(), dtype.bytes(first), count, length, x, 0, room, sums, 0);
    } else {
      decoded = atLeast(decoded, DECODED_ROWS * length);
      for (int r = 0; r < count; r += DECODED_ROWS) {
        int rows = Math.min(DECODED_ROWS, count - r);
        decode(weight, first + (long) r * length, rows * length, 0);
        matrix.dot(decoded, 0, rows, length, x, 0, room, sums, r);
      }
    }
    for (int j = 0; j < count; j++) {
      target.c()[at + j] = target.accumulate() ? target.c()[at + j] + sums[j] : sums[j];
    }
  }

  private void rows(
      ResidentWeight weight,
      WeightMatrix b,
      int from,
      int count,
      BlockedProduct.Target target,
      int at) {
    if (!target.accumulate()) {
      Arrays.fill(target.c(), at, at + count, 0f);
    }
    decoded = atLeast(decoded, DECODED_ROWS * count);
    for (int k = 0; k < b.rows(); k += DECODED_ROWS) {
      int rows = Math.min(DECODED_ROWS, b.rows() - k);
      for (int r = 0; r < rows; r++) {
        long first = ((long) b.firstRow() + k + r) * b.columns() + from;
        decode(weight, first, count, r * count);
      }
      kernels.matrix().addRows(decoded, 0, count, rows, count, x, k, target.c(), at);
    }
  }

  private void decode(ResidentWeight weight, long first, int count, int at) {
    DType dtype = weight.tensor().dtype();
    kernels.conversion().decode(dtype, weight.bytes(), dtype.bytes(first), decoded, at, count);
  }

  private static float[] atLeast(float[] array, int length) {
    return array.length < length ? new float[length] : array;
  }
}
