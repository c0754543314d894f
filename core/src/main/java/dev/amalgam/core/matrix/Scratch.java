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
  private final FewRows fewRows;
  private final AlignedRoom left = new AlignedRoom();
  private final AlignedRoom right = new AlignedRoom();

  /** Allocates the memory. */
  public Scratch(Kernels kernels) {
    this.kernels = kernels;
    this.buffer = new ReadBuffer(kernels);
    this.packing = new Packing(kernels.matrix(), buffer);
    this.grid = new TileGrid(kernels.matrix());
    this.fewRows = new FewRows(kernels);
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
    DenseMatrix lines = b.transposed();
    int width = kernels.matrix().tileColumns();
    int stripe = Blocking.stripe(b.columns(), 1, width);
    for (int from = 0; from < b.columns(); from += stripe) {
      int columns = Math.min(stripe, b.columns() - from);
      Panels panels = new Panels(columns, a.columns(), width);
      for (int block = 0; block < panels.blocks(); block++) {
        int start = panels.start(block);
        int depth = panels.depthOf(block);
        AlignedRoom packed = right(new Panels(columns, depth, width));
        packing.packRight(lines, from, columns, start, depth, packed, 0);
        boolean goesOn = block > 0 || accumulate;
        multiply(a, start, depth, packed, columns, c, offset + from, stride, goesOn);
      }
    }
  }

  private void multiply(
      DenseMatrix a,
      int start,
      int depth,
      AlignedRoom packed,
      int columns,
      float[] c,
      int offset,
      int stride,
      boolean accumulate) {
    int height = Blocking.packedLines(kernels.matrix().tileRows());
    left.reserve((long) height * MatrixKernels.DEPTH);
    for (int row = 0; row < a.rows(); row += height) {
      int rows = Math.min(height, a.rows() - row);
      packing.packLeft(a, row, rows, start, depth, left.data(), left.start());
      grid.multiply(
          depth,
          left.data(),
          left.start(),
          rows,
          packed.data(),
          packed.start(),
          columns,
          c,
          offset + row * stride,
          stride,
          accumulate);
    }
  }

  Packing packing() {
    return packing;
  }

  TileGrid grid() {
    return grid;
  }

  FewRows fewRows() {
    return fewRows;
  }

  /** Returns room for panels of B, whose content is undefined. */
  AlignedRoom right(Panels panels) {
    return right.reserve(panels.rightSize());
  }

  @Override
  public void close() {
    buffer.close();
  }
}
