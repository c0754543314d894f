package dev.amalgam.core.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The dimensions of a tensor, outermost first (row-major, as stored). A scalar has none; a
 * dimension may be zero.
 */
public final class Shape {

  private final long[] dimensions;
  private final long elements;

  private Shape(long[] dimensions) {
    long product = 1;
    boolean empty = false;
    for (long dimension : dimensions) {
      if (dimension < 0) {
        throw new ArithmeticException("negative dimension " + dimension);
      }
      empty |= dimension == 0;
      // Checked in order, zeros included, as the reference implementation does.
      product = Math.multiplyExact(product, dimension);
    }
    this.dimensions = dimensions;
    this.elements = empty ? 0 : product;
  }

  /**
   * Returns the shape of these dimensions.
   *
   * @throws ArithmeticException if one is negative or their product overflows a {@code long}
   */
  public static Shape of(long... dimensions) {
    return new Shape(dimensions.clone());
  }

  /** Returns the number of dimensions, 0 for a scalar. */
  public int rank() {
    return dimensions.length;
  }

  /** Returns dimension {@code axis}, counted from the outermost. */
  public long dimension(int axis) {
    return dimensions[axis];
  }

  /** Returns the number of elements: 1 for a scalar, 0 when a dimension is zero. */
  public long elements() {
    return elements;
  }

  /** Returns the length of one row, the innermost dimension; 1 for a scalar. */
  public long rowLength() {
    return dimensions.length == 0 ? 1 : dimensions[dimensions.length - 1];
  }

  /** Returns a copy of the dimensions. */
  public long[] toArray() {
    return dimensions.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(dimensions, that.dimensions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dimensions);
  }

  /** Returns the shape as users write it: {@code [32000, 2048]}. */
  @Override
  public String toString() {
    return Arrays.stream(dimensions)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
