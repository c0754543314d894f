package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import dev.amalgam.core.kernel.MatrixKernels;
import dev.amalgam.core.kernel.scalar.ScalarMatrixKernels;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** The inner loops of matrix products with the Vector API. */
final class SimdMatrixKernels implements MatrixKernels {

  private static final int LANES = FLOATS.length();
  private static final boolean MANY_REGISTERS = FLOATS.vectorBitSize() == 512;
  private static final int ROWS = 6;
  private static final int COLUMNS = MANY_REGISTERS ? 4 * LANES : 2 * LANES;

  // Below this, packing a block costs more than going through it entry by entry.
  private static final int FEWEST_ROWS = 3;

  @Override
  public int tileRows() {
    return ROWS;
  }

  @Override
  public int tileColumns() {
    return COLUMNS;
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
    if (MANY_REGISTERS) {
      Tiles.tile6x4(depth, a, aAt, b, bAt, start, startAt, startStride, c, at, stride);
    } else {
      Tiles.tile6x2(depth, a, aAt, b, bAt, start, startAt, startStride, c, at, stride);
    }
    if (depth % 2 != 0) {
      int last = depth - 1;
      ScalarMatrixKernels.addDepth(
          ROWS, COLUMNS, a, aAt + last, b, bAt + last * COLUMNS, c, at, stride);
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
    int bound = FLOATS.loopBound(columns);
    VectorMask<Float> rest = FLOATS.indexInRange(bound, columns);
    for (int i = 0; i < rows; i++) {
      int read = from + i * fromStride;
      int write = at + i * stride;
      for (int j = 0; j < bound; j += LANES) {
        FloatVector.fromArray(FLOATS, source, read + j).intoArray(target, write + j);
      }
      if (bound < columns) {
        FloatVector.fromArray(FLOATS, source, read + bound, rest)
            .intoArray(target, write + bound, rest);
      }
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
    int wholeRows = FLOATS.loopBound(rows);
    int wholeColumns = FLOATS.loopBound(columns);
    for (int j = 0; j < wholeColumns; j += LANES) {
      for (int i = 0; i < wholeRows; i += LANES) {
        Transposition.block(
            source,
            from + i * fromStride + j,
            fromStride,
            room,
            target,
            at + j * stride + i,
            stride);
      }
    }
    int doneRows = wholeRows;
    if (rows - wholeRows >= FEWEST_ROWS) {
      doneRows = rows;
      VectorMask<Float> rest = FLOATS.indexInRange(wholeRows, rows);
      for (int j = 0; j < wholeColumns; j += LANES) {
        Transposition.partOfBlock(
            source,
            from + wholeRows * fromStride + j,
            fromStride,
            rows - wholeRows,
            rest,
            room,
            target,
            at + j * stride + wholeRows,
            stride);
      }
    }
    ScalarMatrixKernels.transpose(
        source, from, fromStride, doneRows, rows, 0, wholeColumns, target, at, stride);
    ScalarMatrixKernels.transpose(
        source, from, fromStride, 0, rows, wholeColumns, columns, target, at, stride);
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
      y[at + r] = DotProducts.floats(w, from + r * columns, columns, x, xAt, room);
    }
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
    DotProducts.arrange(x, xAt, columns, room);
    int run = DotRows.WIDE_ENOUGH && columns % DOT_LANES == 0 ? rows / DotRows.ROWS : 0;
    for (int r = 0; r < run; r++) {
      DotRows.bf16(w, offset + 2L * r * columns, run, columns, room, y, at + r);
    }
    for (int r = run * DotRows.ROWS; r < rows; r++) {
      y[at + r] = DotProducts.bf16(w, offset + 2L * r * columns, columns, x, xAt, room);
    }
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
    int step = 4 * LANES;
    int bound = columns - columns % step;
    for (int j = 0; j < bound; j += step) {
      FloatVector a = FloatVector.fromArray(FLOATS, y, at + j);
      FloatVector b = FloatVector.fromArray(FLOATS, y, at + j + LANES);
      FloatVector c = FloatVector.fromArray(FLOATS, y, at + j + 2 * LANES);
      FloatVector d = FloatVector.fromArray(FLOATS, y, at + j + 3 * LANES);
      for (int r = 0; r < rows; r++) {
        FloatVector factor = FloatVector.broadcast(FLOATS, x[xAt + r]);
        int row = from + r * stride + j;
        a = factor.fma(FloatVector.fromArray(FLOATS, w, row), a);
        b = factor.fma(FloatVector.fromArray(FLOATS, w, row + LANES), b);
        c = factor.fma(FloatVector.fromArray(FLOATS, w, row + 2 * LANES), c);
        d = factor.fma(FloatVector.fromArray(FLOATS, w, row + 3 * LANES), d);
      }
      a.intoArray(y, at + j);
      b.intoArray(y, at + j + LANES);
      c.intoArray(y, at + j + 2 * LANES);
      d.intoArray(y, at + j + 3 * LANES);
    }
    ScalarMatrixKernels.addRows(w, from, stride, rows, bound, columns, x, xAt, y, at);
  }
}
