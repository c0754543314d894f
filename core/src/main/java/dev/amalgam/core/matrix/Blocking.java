package dev.amalgam.core.matrix;

/** The sizes of the pieces that a product is cut into; they change no bit of the result. */
final class Blocking {

  /** The columns of C that are worked on at a time: a block of B is half a second-level cache. */
  private static final int COLUMNS = 256;

  /** The most entries of A that are packed at a time. */
  static final long LEFT = 1L << 24;

  /** Fewer multiplications than this take less time than waking another thread. */
  static final long WORTH_SHARING = 1L << 20;

  /** The same for elements of a weight that are used once. */
  static final long WORTH_SHARING_ELEMENTS = 1L << 17;

  private Blocking() {}

  /** Returns how many lines of A one worker packs at a time. */
  static int packedLines(int tileRows) {
    return 8 * tileRows;
  }

  /** Returns how many rows of a block of a weight one worker reads and packs at a time. */
  static int packedDepths(int depth, int workers) {
    return Math.max(1, Math.min(32, Math.ceilDiv(depth, workers)));
  }

  /** Returns how many columns of C make a piece, so that each worker gets as many as the others. */
  static int stripe(int columns, int workers, int tileColumns) {
    int rounds = Math.max(1, Math.ceilDiv(columns, COLUMNS * workers));
    int even = Math.ceilDiv(columns, rounds * workers);
    return Math.max(1, Math.ceilDiv(even, tileColumns)) * tileColumns;
  }
}
