package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import dev.amalgam.core.kernel.SoftmaxKernels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * The order of summation that {@link SoftmaxKernels} documents, for vectors of any width. The 64
 * lanes are a table of 4 rows and 16 columns. One sweep over the data adds up as many columns as a
 * vector has lanes, in four accumulators, one for each row of the table, and ends by adding the
 * rows; vectors of less than 16 lanes make several sweeps, from columns 0 and 8, then 4 and 12.
 *
 * <p>Zeros that sums start from change nothing but the sign of a zero.
 */
final class Columns {

  /** The lanes of the sum: how far a sweep moves on at each step. */
  static final int BLOCK = 64;

  /** The distance from a row of the table to the next. */
  static final int ROW = 16;

  /** Sweeps come in pairs whose sums are added; the first of each starts below this column, */
  static final int FIRSTS = ROW / 2;

  /** and the second this much farther on: the upper half of the columns, if not done already. */
  static final int SECONDS = Math.max(ROW / 2, FLOATS.length());

  private static final VectorShuffle<Float> BY_8 = rotation(8);
  private static final VectorShuffle<Float> BY_4 = rotation(4);
  private static final VectorShuffle<Float> BY_2 = rotation(2);
  private static final VectorShuffle<Float> BY_1 = rotation(1);

  private Columns() {}

  /** Returns how many of so many terms are in whole blocks. */
  static int wholeBlocks(int count) {
    return count & -BLOCK;
  }

  /** Returns the sum of all sweeps' sums. */
  static float addUp(FloatVector columns) {
    FloatVector sum = columns;
    if (FLOATS.length() > 8) {
      sum = sum.add(sum.rearrange(BY_8));
    }
    if (FLOATS.length() > 4) {
      sum = sum.add(sum.rearrange(BY_4));
    }
    sum = sum.add(sum.rearrange(BY_2));
    return sum.add(sum.rearrange(BY_1)).lane(0);
  }

  private static VectorShuffle<Float> rotation(int distance) {
    return VectorShuffle.iota(FLOATS, distance, 1, true);
  }
}
