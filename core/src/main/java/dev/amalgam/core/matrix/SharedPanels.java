package dev.amalgam.core.matrix;

/** Room for the panels that all workers read, kept from product to product. */
final class SharedPanels {

  private final AlignedRoom left = new AlignedRoom();
  private final AlignedRoom right = new AlignedRoom();

  /** Returns room for panels of A, whose content is undefined. */
  AlignedRoom left(long size) {
    return left.reserve(size);
  }

  /** Returns room for panels of B, whose content is undefined. */
  AlignedRoom right(long size) {
    return right.reserve(size);
  }
}
