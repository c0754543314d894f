package dev.amalgam.core.matrix;

/** Room for the panels that all workers read, kept from product to product. */
final class SharedPanels {

  private float[] left = {};
  private float[] right = {};

  /** Returns room for panels of A, whose content is undefined. */
  float[] left(long size) {
    if (left.length < size) {
      left = new float[Math.toIntExact(size)];
    }
    return left;
  }

  /** Returns room for panels of B, whose content is undefined. */
  float[] right(long size) {
    if (right.length < size) {
      right = new float[Math.toIntExact(size)];
    }
    return right;
  }
}
