package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import java.util.Arrays;

/**
 * The divergence of each row of a model from the base's row, {@code Σ (p + ε)·log((p + ε)/(q + ε))}
 * with the softmax p of the model's row, q of the base's and ε = 1e-8; never negative. Worked out
 * in float64, from left to right. Once known, a row's divergence is remembered, in at most 16 MB;
 * beyond that it is worked out again each time.
 */
final class RowDivergences {

  private static final double EPSILON = 1e-8;
  private static final double UNKNOWN = -1;
  private static final long MOST_ROWS = 1 << 21;

  private final int row;
  private final int remembered;
  // Made with the first row: a plan prepares every tensor and works nothing out.
  private double[] known;

  /**
   * Creates the divergences of a tensor.
   *
   * @param rows the number of rows
   * @param row the length of a row
   */
  RowDivergences(long rows, int row) {
    this.row = row;
    this.remembered = (int) Math.min(rows, MOST_ROWS);
  }

  /** Returns the divergence of expert 0 from the base in the row that starts at {@code from}. */
  double of(Block block, int from) {
    long index = (block.start() + from) / row;
    if (index >= remembered) {
      return compute(block, from);
    }
    double[] divergences = allocated();
    int at = (int) index;
    if (divergences[at] == UNKNOWN) {
      divergences[at] = compute(block, from);
    }
    return divergences[at];
  }

  private synchronized double[] allocated() {
    if (known == null) {
      known = new double[remembered];
      Arrays.fill(known, UNKNOWN);
    }
    return known;
  }

  private double compute(Block block, int from) {
    float[] model = block.expert(0);
    float[] base = block.base();
    double modelMost = most(model, from);
    double baseMost = most(base, from);
    double modelSum = sum(model, from, modelMost);
    double baseSum = sum(base, from, baseMost);
    double divergence = 0;
    for (int i = from; i < from + row; i++) {
      double p = StrictMath.exp(model[i] - modelMost) / modelSum + EPSILON;
      double q = StrictMath.exp(base[i] - baseMost) / baseSum + EPSILON;
      divergence += p * StrictMath.log(p / q);
    }
    // Rounding may leave less than nothing of rows that are alike; a NaN must stay one.
    return divergence < 0 ? 0 : divergence;
  }

  private double most(float[] x, int from) {
    float most = x[from];
    for (int i = from + 1; i < from + row; i++) {
      most = Math.max(most, x[i]);
    }
    return most;
  }

  private double sum(float[] x, int from, double most) {
    double sum = 0;
    for (int i = from; i < from + row; i++) {
      sum += StrictMath.exp(x[i] - most);
    }
    return sum;
  }
}
