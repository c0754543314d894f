package dev.amalgam.core.matrix;

import dev.amalgam.core.kernel.MatrixKernels;
import dev.amalgam.core.weight.ReadBuffer;
import java.util.Arrays;

/** Copies operands into panels; see {@link Panels}. An operand's rows are the panels' lines. */
final class Packing {

  private final MatrixKernels kernels;
  private final ReadBuffer buffer;
  private final float[] room = new float[MatrixKernels.TRANSPOSITION_ROOM];
  private float[] decoded = {};

  Packing(MatrixKernels kernels, ReadBuffer buffer) {
    this.kernels = kernels;
    this.buffer = buffer;
  }

  /**
   * Packs lines {@code line} to {@code line + lines − 1}, from depth {@code start} on, into the
   * panels of one block.
   */
  void pack(
      DenseMatrix operand,
      int line,
      int lines,
      int start,
      int depth,
      int width,
      float[] target,
      int at) {
    for (int i = 0; i < lines; i += width) {
      int from =
          operand.offset() + (line + i) * operand.rowStride() + start * operand.columnStride();
      int present = Math.min(width, lines - i);
      int panel = at + i * depth;
      if (present < width) {
        Arrays.fill(target, panel, panel + width * depth, 0f);
      }
      if (operand.columnStride() == 1) {
        kernels.transpose(
            operand.data(), from, operand.rowStride(), present, depth, target, panel, width, room);
      } else {
        kernels.copy(
            operand.data(), from, operand.columnStride(), depth, present, target, panel, width);
      }
    }
  }

  /**
   * Packs whole lines, all blocks of them, of an operand whose lines are rows of a weight.
   *
   * @param line the first one's number in the operand
   * @param at its number in the panels, the first of a panel
   */
  void packRows(WeightMatrix operand, int line, int lines, int at, Panels panels, float[] target) {
    for (int i = 0; i < lines; i += panels.width()) {
      int present = Math.min(panels.width(), lines - i);
      DenseMatrix rows = read(operand, line + i, present);
      for (int block = 0; block < panels.blocks(); block++) {
        pack(
            rows,
            0,
            present,
            panels.start(block),
            panels.depthOf(block),
            panels.width(),
            target,
            panels.at(block, (at + i) / panels.width()));
      }
    }
  }

  /**
   * Packs depths {@code from} to {@code from + count − 1} of one block, of an operand whose lines
   * are columns of a weight.
   *
   * @param from counted from the start of the block
   */
  void packColumns(
      WeightMatrix operand,
      int line,
      int block,
      int from,
      int count,
      Panels panels,
      float[] target,
      int at) {
    DenseMatrix rows = read(operand, panels.start(block) + from, count);
    for (int panel = 0; panel < panels.count(); panel++) {
      int present = Math.min(panels.width(), panels.lines() - panel * panels.width());
      int to = at + (panel * panels.depthOf(block) + from) * panels.width();
      if (present < panels.width()) {
        Arrays.fill(target, to, to + count * panels.width(), 0f);
      }
      kernels.copy(
          rows.data(),
          line + panel * panels.width(),
          rows.columns(),
          count,
          present,
          target,
          to,
          panels.width());
    }
  }

  /** Returns rows of the weight, from one of those that belong to the operand. */
  private DenseMatrix read(WeightMatrix operand, int row, int rows) {
    int length = operand.weightColumns();
    int count = Math.multiplyExact(rows, length);
    if (decoded.length < count) {
      decoded = new float[count];
    }
    long first = (long) operand.firstRow() + row;
    operand.weight().read(first * length, count, decoded, 0, buffer);
    return DenseMatrix.of(decoded, rows, length);
  }
}
