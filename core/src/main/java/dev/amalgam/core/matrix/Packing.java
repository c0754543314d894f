package dev.amalgam.core.matrix;

import static dev.amalgam.core.kernel.MatrixKernels.DEPTH;

import dev.amalgam.core.kernel.MatrixKernels;
import dev.amalgam.core.weight.ReadBuffer;
import java.util.Arrays;

/**
 * Copies operands into panels; see {@link Panels}. The rows of A, and of B transposed, are the
 * lines of the panels.
 */
final class Packing {

  private final MatrixKernels kernels;
  private final ReadBuffer buffer;
  private final float[] room = new float[MatrixKernels.TRANSPOSITION_ROOM];
  private final AlignedRoom decoded = new AlignedRoom();

  Packing(MatrixKernels kernels, ReadBuffer buffer) {
    this.kernels = kernels;
    this.buffer = buffer;
  }

  /**
   * Packs lines {@code line} to {@code line + lines − 1} of A, from depth {@code start} on, and
   * fills the last panel with zeros.
   */
  void packLeft(DenseMatrix a, int line, int lines, int start, int depth, float[] target, int at) {
    int from = a.offset() + line * a.rowStride() + start * a.columnStride();
    if (a.columnStride() == 1) {
      kernels.copy(a.data(), from, a.rowStride(), lines, depth, target, at, DEPTH);
    } else {
      kernels.transpose(a.data(), from, a.columnStride(), depth, lines, target, at, DEPTH, room);
    }
    int height = kernels.tileRows();
    for (int i = lines; i % height != 0; i++) {
      Arrays.fill(target, at + i * DEPTH, at + i * DEPTH + depth, 0f);
    }
  }

  /** Packs whole lines of A, all blocks of them, whose lines are rows of a weight. */
  void packLeft(WeightMatrix a, int line, int lines, Panels panels, int at, AlignedRoom target) {
    DenseMatrix rows = read(a, line, lines);
    for (int block = 0; block < panels.blocks(); block++) {
      int depth = panels.depthOf(block);
      int to = target.start() + panels.leftAt(block, at);
      packLeft(rows, 0, lines, panels.start(block), depth, target.data(), to);
    }
  }

  /**
   * Packs lines {@code line} to {@code line + lines − 1} of B transposed, from depth {@code start}
   * on, and fills the last panel with zeros.
   */
  void packRight(
      DenseMatrix b, int line, int lines, int start, int depth, AlignedRoom target, int at) {
    int width = kernels.tileColumns();
    for (int i = 0; i < lines; i += width) {
      int from = b.offset() + (line + i) * b.rowStride() + start * b.columnStride();
      int present = Math.min(width, lines - i);
      int panel = target.start() + at + i * depth;
      if (present < width) {
        Arrays.fill(target.data(), panel, panel + width * depth, 0f);
      }
      if (b.columnStride() == 1) {
        kernels.transpose(
            b.data(), from, b.rowStride(), present, depth, target.data(), panel, width, room);
      } else {
        kernels.copy(b.data(), from, b.columnStride(), depth, present, target.data(), panel, width);
      }
    }
  }

  /** Packs whole lines of B transposed, all blocks of them, whose lines are rows of a weight. */
  void packRight(WeightMatrix b, int line, Panels panels, AlignedRoom target) {
    for (int i = 0; i < panels.lines(); i += panels.width()) {
      int lines = Math.min(panels.width(), panels.lines() - i);
      DenseMatrix rows = read(b, line + i, lines);
      for (int block = 0; block < panels.blocks(); block++) {
        int depth = panels.depthOf(block);
        packRight(rows, 0, lines, panels.start(block), depth, target, panels.rightAt(block, i));
      }
    }
  }

  /** Packs some depths of a block of A, all lines of them, whose depths are rows of a weight. */
  void packLeftAcross(
      WeightMatrix a, int line, int block, int from, int count, Panels panels, AlignedRoom target) {
    DenseMatrix lines = read(a, panels.start(block) + from, count).transposed();
    int to = target.start() + panels.leftAt(block, 0) + from;
    packLeft(lines, line, panels.lines(), 0, count, target.data(), to);
  }

  /**
   * Packs some depths of a block of B transposed, all lines of them, whose depths are rows of a
   * weight. The block's panels start at 0.
   */
  void packRightAcross(
      WeightMatrix b, int block, int from, int count, Panels panels, AlignedRoom target) {
    DenseMatrix rows = read(b, panels.start(block) + from, count);
    int width = panels.width();
    for (int i = 0; i < panels.lines(); i += width) {
      int present = Math.min(width, panels.lines() - i);
      int to = target.start() + i * panels.depthOf(block) + from * width;
      if (present < width) {
        Arrays.fill(target.data(), to, to + count * width, 0f);
      }
      kernels.copy(
          rows.data(), rows.offset() + i, rows.columns(), count, present, target.data(), to, width);
    }
  }

  /** Returns rows of the weight, counted from the first that belongs to the operand. */
  private DenseMatrix read(WeightMatrix operand, int row, int rows) {
    int length = operand.weightColumns();
    int count = Math.multiplyExact(rows, length);
    decoded.reserve(count);
    long first = (long) operand.firstRow() + row;
    operand.weight().read(first * length, count, decoded.data(), decoded.start(), buffer);
    return new DenseMatrix(decoded.data(), decoded.start(), rows, length, length, 1);
  }
}
