package dev.amalgam.core.sparsify;

import dev.amalgam.core.block.Block;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the entries of a delta whose rank by falling magnitude lies in a band: the first {@code
 * skip} are dropped, the next {@code keep} kept, the rest dropped. Equal magnitudes rank by index,
 * lowest first.
 */
public final class MagnitudeBand implements Sparsifier {

  // Null where the band reaches the end of the order.
  private final MagnitudeCut dropAbove;
  private final MagnitudeCut keepAbove;

  private MagnitudeBand(MagnitudeCut dropAbove, MagnitudeCut keepAbove) {
    this.dropAbove = dropAbove;
    this.keepAbove = keepAbove;
  }

  /**
   * Returns the sparsifier of a band.
   *
   * @param elements the number of elements of the tensor
   * @param skip how many of the largest entries are dropped
   * @param keep how many of the entries behind these are kept
   */
  public static Sparsifier of(long elements, long skip, long keep) {
    if (keep == 0) {
      return KEEP_NONE;
    }
    if (skip == 0 && keep == elements) {
      return KEEP_ALL;
    }
    return new MagnitudeBand(
        skip == 0 ? null : new MagnitudeCut(skip),
        skip + keep == elements ? null : new MagnitudeCut(skip + keep));
  }

  private List<MagnitudeCut> unfound() {
    List<MagnitudeCut> unfound = new ArrayList<>(2);
    if (dropAbove != null && !dropAbove.found()) {
      unfound.add(dropAbove);
    }
    if (keepAbove != null && !keepAbove.found()) {
      unfound.add(keepAbove);
    }
    return unfound;
  }

  @Override
  public boolean ready() {
    return unfound().isEmpty();
  }

  @Override
  public void scan(float[] delta, Block block) {
    for (MagnitudeCut cut : unfound()) {
      cut.visit(delta, block);
    }
  }

  @Override
  public void finishScan() {
    unfound().forEach(MagnitudeCut::finish);
  }

  @Override
  public void apply(float[] delta, Block block) {
    long dropEqual = dropAbove == null ? 0 : dropAbove.equalsInFront(block);
    long keepEqual = keepAbove == null ? Long.MAX_VALUE : keepAbove.equalsInFront(block);
    int high = dropAbove == null ? Integer.MAX_VALUE : dropAbove.threshold();
    int low = keepAbove == null ? -1 : keepAbove.threshold();
    if (isAllOrNone(dropEqual) && isAllOrNone(keepEqual)) {
      block
          .kernels()
          .delta()
          .keepBand(
              delta,
              block.length(),
              keepEqual == 0 ? low : Math.max(low - 1, -1),
              dropAbove != null && dropEqual > 0 ? high - 1 : high);
    } else {
      applyByRank(delta, block.length(), high, dropEqual, low, keepEqual);
    }
  }

  private static boolean isAllOrNone(long equals) {
    return equals == 0 || equals == Long.MAX_VALUE;
  }

  // The few blocks in which a cut falls between entries of the same magnitude.
  private static void applyByRank(
      float[] delta, int count, int high, long dropEqual, int low, long keepEqual) {
    long highSeen = 0;
    long lowSeen = 0;
    for (int i = 0; i < count; i++) {
      int bits = Float.floatToRawIntBits(delta[i]) & Integer.MAX_VALUE;
      boolean dropped = bits > high || (bits == high && highSeen++ < dropEqual);
      boolean kept = bits > low || (bits == low && lowSeen++ < keepEqual);
      if (dropped || !kept) {
        delta[i] = 0;
      }
    }
  }
}
