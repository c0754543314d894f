package dev.amalgam.core.kernel.simd;

import static dev.amalgam.core.kernel.simd.Species.FLOATS;

import dev.amalgam.core.kernel.SoftmaxKernels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * The order of summation that {@link SoftmaxKernels} documents, for vectors of any width. The 64
 * lanes are a table of 4 rows and 16 columns. One sweep over the data adds up as many columns as a
 * vector has lanes, in four accumulators, one for each row of the table, and ends by adding the
 * rows; vectors of less than 16 lanes make several sweeps, starting at column 0, then at 8, then at
 * 4 and 12.
 */
final class Columns {

  /** The lanes of the sum: how far a sweep moves on at each step. */
  static final int BLOCK = 64;

  /** The distance from a row of the table to the next. */
  static final int ROW = 16;

  /** Whether there must be a sweep from column 8 on. */
  static final boolean SECOND_SWEEP = FLOATS.length() < 16;

  /** Whether there must be sweeps from columns 4 and 12 on. */
  static final boolean FOUR_SWEEPS = FLOATS.length() < 8;

  private static final VectorShuffle<Float> BY_8 = rotation(8);
  private static final VectorShuffle<Float> BY_4 = rotation(4);
  private static final VectorShuffle<Float> BY_2 = rotation(2);
  private static final VectorShuffle<Float> BY_1 = rotation(1);

  private Columns() {}

  /** Returns how many of so many terms are in whole blocks. */
  static int wholeBlocks(int count) {
    return count & -BLOCK;
  }

  /** Returns the end of a sweep: the accumulators of the four rows added up. */
  static FloatVector addRows(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
    return a.add(c).add(b.add(d));
  }

  /** Returns the sum of all sweeps' sums. */
  static float addUp(FloatVector columns) {
    FloatVector sum = columns;
    if (!SECOND_SWEEP) {
      sum = sum.add(sum.rearrange(BY_8));
    }
    if (!FOUR_SWEEPS) {
      sum = sum.add(sum.rearrange(BY_4));
    }
    sum = sum.add(sum.rearrange(BY_2));
    return sum.add(sum.rearrange(BY_1)).lane(0);
  }

  private static VectorShuffle<Float> rotation(int distance) {
    return VectorShuffle.iota(FLOATS, distance, 1, true);
  }
}
