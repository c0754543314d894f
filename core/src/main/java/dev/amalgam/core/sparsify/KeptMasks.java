package dev.amalgam.core.sparsify;

import dev.amalgam.core.block.Block;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers which entries of a tensor were kept, one bit each, so that a costly choice is made once
 * though the tensor is passed over twice. Blocks that would take more memory than allowed are not
 * remembered; the choice is the same each time it is made.
 */
final class KeptMasks {

  private static final long MOST_BYTES = 16 << 20;

  private final Map<Integer, long[]> masks = new ConcurrentHashMap<>();

  /** Notes which entries of a block are not zero, if there is room. */
  void remember(float[] delta, Block block) {
    if ((block.start() + block.length()) / Byte.SIZE > MOST_BYTES) {
      return;
    }
    long[] mask = new long[Math.ceilDiv(block.length(), Long.SIZE)];
    for (int word = 0; word < mask.length; word++) {
      int start = word * Long.SIZE;
      int end = Math.min(start + Long.SIZE, block.length());
      long kept = 0;
      for (int i = start; i < end; i++) {
        // The sign of −|bits| is set for all but zero.
        int bits = Float.floatToRawIntBits(delta[i]) & Integer.MAX_VALUE;
        kept |= (long) (-bits >>> Integer.SIZE - 1) << i;
      }
      mask[word] = kept;
    }
    masks.put(block.index(), mask);
  }

  /** Zeroes the entries of a block that were not kept; returns false if it is not remembered. */
  boolean apply(float[] delta, Block block) {
    long[] mask = masks.get(block.index());
    if (mask == null) {
      return false;
    }
    for (int word = 0; word < mask.length; word++) {
      int start = word * Long.SIZE;
      int end = Math.min(start + Long.SIZE, block.length());
      long kept = mask[word];
      for (int i = start; i < end; i++) {
        int keep = -(int) (kept >>> i & 1);
        delta[i] = Float.intBitsToFloat(Float.floatToRawIntBits(delta[i]) & keep);
      }
    }
    return true;
  }
}
