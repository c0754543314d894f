package dev.amalgam.core.matrix;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.kernel.MatrixKernels;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;

/** The memory of one worker. */
public final class Scratch implements AutoCloseable {

  private final Kernels kernels;
  private final ReadBuffer buffer;
  private final float[][] spare = new float[2][0];
  private final Packing packing;
  private final TileGrid grid;
  private float[] left = {};
  private float[] right = {};

  /** Allocates the memory. */
  public Scratch(Kernels kernels) {
    this.kernels = kernels;
    this.buffer = new ReadBuffer(kernels);
    this.packing = new Packing(kernels.matrix(), buffer);
    this.grid = new TileGrid(kernels.matrix());
  }

  /** Returns the kernels of this process. */
  public Kernels kernels() {
    return kernels;
  }

  /**
   * Returns an array of at least {@code length} floats, of any content, that stays this worker's
   * until it asks for it again.
   *
   * @param which 0 or 1
   */
  public float[] spare(int which, int length) {
    if (spare[which].length < length) {
      spare[which] = new float[length];
    }
    return spare[which];
  }

  /** Reads elements of a weight as float32 into {@code target[at .. at + count)}. */
  public void read(Weight weight, long from, int count, float[] target, int at) {
    weight.read(from, count, target, at, buffer);
  }

  /**
   * Writes the product of two matrices, worked out by this worker alone, into {@code c}: entry (i,
   * j) at {@code c[offset + i·stride + j]}. Sums run over the inner index in ascending order with
   * fused multiply-add, from zero, or from what is there if {@code accumulate}.
   *
   * @throws IllegalArgumentException if the inner dimensions differ
   */
  public void multiply(
      DenseMatrix a, DenseMatrix b, float[] c, int offset, int stride, boolean accumulate) {
    Shapes.check(a, b, c, offset, stride);
    if (a.columns() == 0) {
      Shapes.clear(a.rows(), b.columns(), c, offset, stride, accumulate);
      return;
    }
    MatrixKernels matrix = kernels.matrix();
    DenseMatrix lines = b.transposed();
    int stripe = Blocking.stripe(b.columns(), 1, matrix.tileColumns());
    for (int from = 0; from < b.columns(); from += stripe) {
      int columns = Math.min(stripe, b.columns() - from);
      for (int start = 0; start < a.columns(); start += Blocking.DEPTH) {
        int depth = Math.min(Blocking.DEPTH, a.columns() - start);
        float[] packed = right(new Panels(columns, depth, matrix.tileColumns(), depth));
        packing.pack(lines, from, columns, start, depth, matrix.tileColumns(), packed, 0);
        for (int row = 0; row < a.rows(); row += matrix.tileRows()) {
          int rows = Math.min(matrix.tileRows(), a.rows() - row);
          float[] panel = left(new Panels(rows, depth, matrix.tileRows(), depth));
          packing.pack(a, row, rows, start, depth, matrix.tileRows(), panel, 0);
          grid.multiply(
              depth,
              panel,
              0,
              rows,
              packed,
              0,
              columns,
              c,
              offset + row * stride + from,
              stride,
              start > 0 || accumulate);
        }
      }
    }
  }

  Packing packing() {
    return packing;
  }

  TileGrid grid() {
    return grid;
  }

  /** Returns room for panels of B, whose content is undefined. */
  float[] right(Panels panels) {
    if (right.length < panels.size()) {
      right = new float[Math.toIntExact(panels.size())];
    }
    return right;
  }

  private float[] left(Panels panels) {
    if (left.length < panels.size()) {
      left = new float[Math.toIntExact(panels.size())];
    }
    return left;
  }

  @Override
  public void close() {
    buffer.close();
  }
}
