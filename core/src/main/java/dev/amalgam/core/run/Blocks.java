package dev.amalgam.core.run;

/**
 * How a tensor is cut into blocks. It depends on the tensor alone, never on the number of threads.
 *
 * @param elements the number of elements of the tensor
 * @param length the number of elements of every block but the last
 */
record Blocks(long elements, int length) {

  /**
   * The usual number of elements of a block: the float32 arrays of a few inputs fit the
   * second-level cache of a core.
   */
  static final int LENGTH = 1 << 15;

  /** Returns the blocks of a tensor of which runs of {@code unit} elements must stay together. */
  static Blocks of(long elements, long unit) {
    return new Blocks(elements, length(unit));
  }

  /** Returns the length of blocks that keep runs of {@code unit} elements together. */
  static int length(long unit) {
    return Math.toIntExact(
        unit >= LENGTH ? unit : Math.max(1, LENGTH / Math.max(1, unit)) * Math.max(1, unit));
  }

  int count() {
    return Math.toIntExact(Math.ceilDiv(elements, (long) length));
  }

  long start(int index) {
    return (long) index * length;
  }

  int length(int index) {
    return (int) Math.min(length, elements - start(index));
  }
}
