package dev.amalgam.core.sparsify;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.block.Draws;
import dev.amalgam.core.block.Scratch;
import dev.amalgam.core.kernel.DeltaKernels;
import java.util.Arrays;

/**
 * Keeps each entry of a delta with a probability that grows with its rank by magnitude inside its
 * row: {@code (density − ε) + 2ε·rank/(n − 1)} for rank 0 (smallest) to n − 1. Equal magnitudes
 * share the mean of their ranks. A row of one entry keeps it with probability {@code density}.
 *
 * <p>Rows are not sorted. A histogram of magnitudes bounds every entry's rank, and the entry's draw
 * nearly always falls outside the band between the keep probabilities of these bounds; the few
 * entries whose draw falls inside are ranked exactly.
 */
public final class RankedDrop implements Sparsifier {

  private static final int MANTISSA_BITS = 23;
  // The histogram spans this many powers of two below the largest magnitude of a row.
  private static final int BINADES = 16;
  private static final int MOST_BITS_OF_BIN = 5;
  // With more entries than this to rank in one row, sorting the row is cheaper than counting.
  private static final int MOST_TO_COUNT = 128;

  private final Draws draws;
  private final int row;
  private final boolean inverse;
  // By twice the rank, since equal magnitudes may share half a rank. A draw is compared with its
  // threshold as a signed number, both with the upper bit flipped.
  private final int[] thresholds;
  private final float[] probabilities;
  private final KeptMasks kept = new KeptMasks();
  private final int binBits;
  private final int bins;

  /**
   * Creates the sparsifier.
   *
   * @param row the length of a row; blocks hold whole rows
   * @param inverse whether a kept entry is divided by its keep probability
   */
  public RankedDrop(Draws draws, double density, double epsilon, int row, boolean inverse) {
    this.draws = draws;
    this.row = row;
    this.inverse = inverse;
    this.thresholds = new int[2 * row - 1];
    this.probabilities = new float[2 * row - 1];
    for (int twice = 0; twice < thresholds.length; twice++) {
      // A row of one entry has rank 0 of 0; half way is the plain density.
      float share = row == 1 ? 0.5f : 0.5f * twice / (row - 1);
      probabilities[twice] = share * 2 * (float) epsilon + (float) (density - epsilon);
      thresholds[twice] = DeltaKernels.threshold(probabilities[twice]) ^ Integer.MIN_VALUE;
    }
    int log = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(row);
    this.binBits = Math.clamp(log - 6, 0, MOST_BITS_OF_BIN);
    this.bins = BINADES << binBits;
  }

  @Override
  public long unit() {
    return row;
  }

  @Override
  public void apply(float[] delta, Block block) {
    if (kept.apply(delta, block)) {
      return;
    }
    Scratch scratch = block.scratch();
    int[] drawn = scratch.draws();
    draws.fill(block.start(), drawn, block.length());
    Row work = new Row(block, drawn, scratch.magnitudes(), new int[bins], new int[bins]);
    for (int start = 0; start < block.length(); start += row) {
      work.drop(delta, start);
    }
    if (!inverse) {
      kept.remember(delta, block);
    }
  }

  /** The memory for one row after the other of a block. */
  private final class Row {
    private final Block block;
    private final int[] drawn;
    private final int[] magnitudes;
    private final int[] surelyKept;
    private final int[] maybeKept;
    private final int[] counts = new int[bins];
    private final int[] oddCounts = new int[bins];
    private final int[] undecided = new int[row];

    Row(Block block, int[] drawn, int[] magnitudes, int[] surelyKept, int[] maybeKept) {
      this.block = block;
      this.drawn = drawn;
      this.magnitudes = magnitudes;
      this.surelyKept = surelyKept;
      this.maybeKept = maybeKept;
    }

    void drop(float[] delta, int start) {
      int greatest = 0;
      for (int i = 0; i < row; i++) {
        magnitudes[i] = Float.floatToRawIntBits(delta[start + i]) & Integer.MAX_VALUE;
        greatest = Math.max(greatest, magnitudes[i]);
      }
      int offset = (greatest >>> MANTISSA_BITS - binBits) - (bins - 1);
      boundThresholds(offset);
      int open = dropDecided(delta, start, offset);
      if (inverse || open > MOST_TO_COUNT) {
        dropBySorting(delta, start, open);
      } else {
        dropByCounting(delta, start, open);
      }
    }

    private int bin(int magnitude, int offset) {
      return Math.max(0, (magnitude >>> MANTISSA_BITS - binBits) - offset);
    }

    // The thresholds of the lowest and of the highest rank that an entry of each bin can have.
    private void boundThresholds(int offset) {
      Arrays.fill(counts, 0);
      Arrays.fill(oddCounts, 0);
      // Neighbours are often alike, and a count cannot be raised again before it is stored.
      for (int i = 0; i + 1 < row; i += 2) {
        counts[bin(magnitudes[i], offset)]++;
        oddCounts[bin(magnitudes[i + 1], offset)]++;
      }
      if (row % 2 == 1) {
        counts[bin(magnitudes[row - 1], offset)]++;
      }
      int rank = 0;
      for (int bin = 0; bin < bins; bin++) {
        int entries = counts[bin] + oddCounts[bin];
        if (entries > 0) {
          surelyKept[bin] = thresholds[2 * rank];
          rank += entries;
          maybeKept[bin] = thresholds[2 * (rank - 1)];
        }
      }
    }

    private int dropDecided(float[] delta, int start, int offset) {
      int open = 0;
      for (int i = 0; i < row; i++) {
        int draw = drawn[start + i] ^ Integer.MIN_VALUE;
        int bin = bin(magnitudes[i], offset);
        // All ones where the draw lies below the threshold: a branch here would be a coin toss.
        int keep = (int) ((long) draw - maybeKept[bin] >> 63);
        delta[start + i] = Float.intBitsToFloat(Float.floatToRawIntBits(delta[start + i]) & keep);
        undecided[open] = i;
        // Counts an entry that is kept so far but not for sure.
        open += keep & (int) ((long) surelyKept[bin] - 1 - draw >>> 63);
      }
      return open;
    }

    private void dropByCounting(float[] delta, int start, int open) {
      for (int k = 0; k < open; k++) {
        int i = undecided[k];
        dropUnlessDrawn(delta, start + i, below(magnitudes[i]) + upTo(magnitudes[i]) - 1);
      }
    }

    private int below(int magnitude) {
      return block.kernels().delta().countBelow(magnitudes, row, magnitude);
    }

    private int upTo(int magnitude) {
      return magnitude == Integer.MAX_VALUE ? row : below(magnitude + 1);
    }

    private void dropBySorting(float[] delta, int start, int open) {
      int[] sorted = Arrays.copyOf(magnitudes, row);
      Arrays.sort(sorted);
      if (inverse) {
        for (int i = 0; i < row; i++) {
          int twiceRank = twiceRank(sorted, magnitudes[i]);
          dropUnlessDrawn(delta, start + i, twiceRank);
          delta[start + i] /= probabilities[twiceRank];
        }
      } else {
        for (int k = 0; k < open; k++) {
          int i = undecided[k];
          dropUnlessDrawn(delta, start + i, twiceRank(sorted, magnitudes[i]));
        }
      }
    }

    private void dropUnlessDrawn(float[] delta, int at, int twiceRank) {
      if ((drawn[at] ^ Integer.MIN_VALUE) >= thresholds[twiceRank]) {
        delta[at] = 0;
      }
    }
  }

  // The mean rank of the entries of one magnitude, twice.
  private static int twiceRank(int[] sorted, int magnitude) {
    int upTo =
        magnitude == Integer.MAX_VALUE ? sorted.length : firstNotBelow(sorted, magnitude + 1);
    return firstNotBelow(sorted, magnitude) + upTo - 1;
  }

  private static int firstNotBelow(int[] sorted, int bound) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = low + high >>> 1;
      if (sorted[middle] < bound) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
