package dev.amalgam.core.kernel.scalar;

import dev.amalgam.core.kernel.MatrixKernels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The inner loops of matrix products in plain Java. */
public final class ScalarMatrixKernels implements MatrixKernels {

  private static final int TILE = 4;

  @Override
  public int tileRows() {
    return TILE;
  }

  @Override
  public int tileColumns() {
    return TILE;
  }

  @Override
  public void tile(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] start,
      int startAt,
      int startStride,
      float[] c,
      int at,
      int stride) {
    for (int i = 0; i < TILE; i++) {
      int from = startAt + i * startStride;
      float c0 = start[from];
      float c1 = start[from + 1];
      float c2 = start[from + 2];
      float c3 = start[from + 3];
      for (int k = 0; k < depth; k++) {
        float factor = a[aAt + i * DEPTH + k];
        c0 = Math.fma(factor, b[bAt + TILE * k], c0);
        c1 = Math.fma(factor, b[bAt + TILE * k + 1], c1);
        c2 = Math.fma(factor, b[bAt + TILE * k + 2], c2);
        c3 = Math.fma(factor, b[bAt + TILE * k + 3], c3);
      }
      int to = at + i * stride;
      c[to] = c0;
      c[to + 1] = c1;
      c[to + 2] = c2;
      c[to + 3] = c3;
    }
  }

  /**
   * Goes on with one more depth: adds the product of a column of A, whose entries lie {@link
   * #DEPTH} apart, and a row of B to the tile.
   */
  public static void addDepth(
      int rows,
      int columns,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] c,
      int at,
      int stride) {
    for (int i = 0; i < rows; i++) {
      float factor = a[aAt + i * DEPTH];
      for (int j = 0; j < columns; j++) {
        c[at + i * stride + j] = Math.fma(factor, b[bAt + j], c[at + i * stride + j]);
      }
    }
  }

  @Override
  public void copy(
      float[] source,
      int from,
      int fromStride,
      int rows,
      int columns,
      float[] target,
      int at,
      int stride) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(source, from + i * fromStride, target, at + i * stride, columns);
    }
  }

  @Override
  public void transpose(
      float[] source,
      int from,
      int fromStride,
      int rows,
      int columns,
      float[] target,
      int at,
      int stride,
      float[] room) {
    transpose(source, from, fromStride, 0, rows, 0, columns, target, at, stride);
  }

  /** As {@link MatrixKernels#transpose}, of a range of rows and columns. */
  public static void transpose(
      float[] source,
      int from,
      int fromStride,
      int firstRow,
      int endRow,
      int firstColumn,
      int endColumn,
      float[] target,
      int at,
      int stride) {
    for (int i = firstRow; i < endRow; i++) {
      for (int j = firstColumn; j < endColumn; j++) {
        target[at + j * stride + i] = source[from + i * fromStride + j];
      }
    }
  }

  @Override
  public void dot(
      float[] w,
      int from,
      int rows,
      int columns,
      float[] x,
      int xAt,
      float[] room,
      float[] y,
      int at) {
    for (int r = 0; r < rows; r++) {
      Arrays.fill(room, 0, DOT_LANES, 0f);
      y[at + r] = finishDot(w, from + r * columns, 0, columns, x, xAt, room);
    }
  }

  /** Adds terms {@code start} to {@code columns − 1} of a row to lanes, and adds up the lanes. */
  public static float finishDot(
      float[] w, int from, int start, int columns, float[] x, int xAt, float[] lanes) {
    for (int i = start; i < columns; i++) {
      int lane = i % DOT_LANES;
      lanes[lane] = Math.fma(w[from + i], x[xAt + i], lanes[lane]);
    }
    return total(lanes);
  }

  @Override
  public void dotBf16(
      MemorySegment w,
      long offset,
      int rows,
      int columns,
      float[] x,
      int xAt,
      float[] room,
      float[] y,
      int at) {
    for (int r = 0; r < rows; r++) {
      Arrays.fill(room, 0, DOT_LANES, 0f);
      y[at + r] = finishDotBf16(w, offset + 2L * r * columns, 0, columns, x, xAt, room);
    }
  }

  /** As {@link #finishDot}, of a row of BF16. */
  public static float finishDotBf16(
      MemorySegment w, long offset, int start, int columns, float[] x, int xAt, float[] lanes) {
    for (int i = start; i < columns; i++) {
      int lane = i % DOT_LANES;
      float factor = Float.intBitsToFloat(w.get(Little.SHORT, offset + 2L * i) << 16);
      lanes[lane] = Math.fma(factor, x[xAt + i], lanes[lane]);
    }
    return total(lanes);
  }

  private static float total(float[] lanes) {
    for (int width = DOT_LANES / 2; width > 0; width /= 2) {
      for (int j = 0; j < width; j++) {
        lanes[j] += lanes[j + width];
      }
    }
    return lanes[0];
  }

  @Override
  public void addRows(
      float[] w,
      int from,
      int stride,
      int rows,
      int columns,
      float[] x,
      int xAt,
      float[] y,
      int at) {
    addRows(w, from, stride, rows, 0, columns, x, xAt, y, at);
  }

  /** As {@link MatrixKernels#addRows}, of a range of columns. */
  public static void addRows(
      float[] w,
      int from,
      int stride,
      int rows,
      int firstColumn,
      int endColumn,
      float[] x,
      int xAt,
      float[] y,
      int at) {
    for (int r = 0; r < rows; r++) {
      float factor = x[xAt + r];
      for (int j = firstColumn; j < endColumn; j++) {
        y[at + j] = Math.fma(factor, w[from + r * stride + j], y[at + j]);
      }
    }
  }
}
