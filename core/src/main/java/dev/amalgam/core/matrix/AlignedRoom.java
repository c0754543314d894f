package dev.amalgam.core.matrix;

/**
 * Room for floats, kept from use to use, that begins on a cache line as far as one can tell; see
 * {@link CacheLines}.
 */
final class AlignedRoom {

  private float[] data = {};
  private int start;

  /** Makes room for this many entries, whose content is undefined. */
  AlignedRoom reserve(long size) {
    if (data.length - CacheLines.MOST_BEFORE < size) {
      data = new float[Math.toIntExact(size + CacheLines.MOST_BEFORE)];
    }
    start = CacheLines.first(data);
    return this;
  }

  float[] data() {
    return data;
  }

  /** Returns the index of the first entry. */
  int start() {
    return start;
  }
}
