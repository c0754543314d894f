package dev.amalgam.core.weight;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;

/** Which entries of a tensor are kept, one bit each. */
public final class EntryMask {

  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;

  private final MemorySegment bits;

  /**
   * Keeps none yet.
   *
   * @param elements the number of entries
   * @param memory gives zeros
   */
  public EntryMask(long elements, SegmentAllocator memory) {
    this.bits = memory.allocate(Long.BYTES * Math.ceilDiv(elements, Long.SIZE), Long.BYTES);
  }

  /**
   * Keeps those of entries {@code from} to {@code from + count − 1} whose values are not zero.
   * Calls for different words may come from several threads at once.
   *
   * @param from a multiple of 64
   */
  public void keep(float[] values, long from, int count) {
    for (int start = 0; start < count; start += Long.SIZE) {
      long word = 0;
      for (int i = start; i < Math.min(count, start + Long.SIZE); i++) {
        if (values[i] != 0) {
          word |= 1L << i;
        }
      }
      bits.set(WORD, (from + start) / Byte.SIZE, word);
    }
  }

  /**
   * Zeroes those of {@code x[at .. at + count)} whose entries, from {@code from} on, are not kept.
   */
  public void clear(long from, int count, float[] x, int at) {
    long word = 0;
    for (int i = 0; i < count; i++) {
      long entry = from + i;
      if (i == 0 || entry % Long.SIZE == 0) {
        word = bits.get(WORD, entry / Long.SIZE * Long.BYTES);
      }
      if ((word >>> entry & 1) == 0) {
        x[at + i] = 0;
      }
    }
  }
}
