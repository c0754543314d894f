package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.sparsify.OrderStatistics;
import dev.amalgam.core.tensor.Shape;
import java.util.Optional;

/** The merge of one tensor by {@link ArceeFusion}: two scans find the quantiles. */
final class ArceeFusionMerge implements TensorMerge, TensorMerge.Scan {

  private static final double SPREAD = 1.5;

  private final boolean wholeRows;
  private final int row;
  private final RowDivergences divergences;
  private final OrderStatistics quartiles;
  private float threshold;

  ArceeFusionMerge(Shape shape) {
    long elements = shape.elements();
    this.wholeRows = shape.rank() > 1 && elements > 0;
    if (wholeRows) {
      SpanMerge.checkRow(shape.rowLength());
    }
    this.row = wholeRows ? (int) shape.rowLength() : 1;
    this.divergences = wholeRows ? new RowDivergences(elements / row, row) : null;
    this.quartiles =
        elements == 0
            ? null
            : new OrderStatistics(rank(1, elements), rank(2, elements), rank(3, elements));
  }

  private static long rank(int quarter, long elements) {
    // quarter·(elements − 1)/4 without overflow.
    long last = elements - 1;
    return last / 4 * quarter + last % 4 * quarter / 4;
  }

  @Override
  public long unit() {
    return row;
  }

  @Override
  public Optional<Scan> nextScan() {
    return quartiles == null || quartiles.found() ? Optional.empty() : Optional.of(this);
  }

  @Override
  public void visit(Block block) {
    quartiles.visit(importance(block), block.length());
  }

  @Override
  public void finish() {
    quartiles.finish();
    if (quartiles.found()) {
      double range = (double) quartiles.value(2) - quartiles.value(0);
      threshold = (float) (quartiles.value(1) + SPREAD * range);
    }
  }

  private float[] importance(Block block) {
    float[] importance = block.scratch().first();
    float[] base = block.base();
    float[] model = block.expert(0);
    for (int start = 0; start < block.length(); start += row) {
      double factor = wholeRows ? divergences.of(block, start) : 1;
      for (int i = start; i < start + row; i++) {
        importance[i] = (float) (Math.abs(model[i] - base[i]) * factor);
      }
    }
    return importance;
  }

  @Override
  public void merge(Block block, float[] out) {
    float[] importance = importance(block);
    for (int i = 0; i < block.length(); i++) {
      // Written so that a NaN shows in the result.
      out[i] = importance[i] <= threshold ? block.base()[i] : block.expert(0)[i];
    }
  }
}
