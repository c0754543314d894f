package dev.amalgam.core.matrix;

import java.util.Arrays;
import java.util.Objects;

/** The checks before a product. */
final class Shapes {

  private Shapes() {}

  /** Throws if A·B does not exist or does not fit into {@code c}. */
  static void check(Matrix a, Matrix b, float[] c, int offset, int stride) {
    if (a.columns() != b.rows()) {
      throw new IllegalArgumentException(
          "a matrix of %d × %d cannot be multiplied by one of %d × %d: the inner dimensions differ"
              .formatted(a.rows(), a.columns(), b.rows(), b.columns()));
    }
    if (a.rows() == 0 || b.columns() == 0) {
      return;
    }
    if (stride < b.columns() && a.rows() > 1) {
      throw new IllegalArgumentException(
          "the product of %d × %d and %d × %d has rows of %d, which a stride of %d lets overlap"
              .formatted(a.rows(), a.columns(), b.rows(), b.columns(), b.columns(), stride));
    }
    Objects.checkIndex(offset, c.length);
    Objects.checkIndex(offset + (a.rows() - 1L) * stride + b.columns() - 1, (long) c.length);
  }

  /** Writes the sums over nothing. */
  static void clear(int rows, int columns, float[] c, int offset, int stride, boolean accumulate) {
    for (int i = 0; i < rows && !accumulate; i++) {
      Arrays.fill(c, offset + i * stride, offset + i * stride + columns, 0f);
    }
  }
}
