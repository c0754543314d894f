package dev.amalgam.io.tokenizer;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which neighbouring tokens merge: for each pair the rank of its merge, the lowest first. Open
 * addressing, at most two thirds full.
 */
final class PairTable {

  private static final long FREE = -1;

  // Differs from table to table, so that no file can be made whose pairs all collide.
  private final long seed = ThreadLocalRandom.current().nextLong();
  private final long[] keys;
  private final int[] ranks;
  private final int mask;

  /**
   * Creates an empty table.
   *
   * @param most how many pairs it must have room for
   */
  PairTable(int most) {
    int capacity = Integer.highestOneBit(Math.max(4, most + most / 2)) << 1;
    this.keys = new long[capacity];
    this.ranks = new int[capacity];
    this.mask = capacity - 1;
    Arrays.fill(keys, FREE);
  }

  /** Sets the rank of a pair. */
  void put(int left, int right, int rank) {
    int at = find(key(left, right));
    keys[at] = key(left, right);
    ranks[at] = rank;
  }

  /** Returns the rank of a pair, or -1. */
  int rank(int left, int right) {
    int at = find(key(left, right));
    return keys[at] == FREE ? -1 : ranks[at];
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }

  private int find(long key) {
    long mixed = (key ^ seed) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
    int at = (int) (mixed >>> 32) & mask;
    while (keys[at] != FREE && keys[at] != key) {
      at = at + 1 & mask;
    }
    return at;
  }
}
