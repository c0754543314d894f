package dev.amalgam.core.weight;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.Shape;

/**
 * A matrix that is stored inside a larger tensor, as the maps of several experts are in one: some
 * of its rows, each as long as its last dimension. It has the tensor's name.
 *
 * @param whole the tensor
 * @param firstRow the first of the rows, counted over all dimensions but the last
 * @param rows how many there are
 */
public record WeightRows(Weight whole, int firstRow, int rows) implements Weight {

  /** Checks that the tensor has these rows. */
  public WeightRows {
    if (firstRow < 0
        || rows < 0
        || (firstRow + (long) rows) * whole.shape().rowLength() > whole.shape().elements()) {
      throw new IllegalArgumentException(
          "%s of shape %s has no rows %d to %d"
              .formatted(quote(whole.name()), whole.shape(), firstRow, firstRow + (long) rows - 1));
    }
  }

  @Override
  public String name() {
    return whole.name();
  }

  @Override
  public Shape shape() {
    return Shape.of(rows, whole.shape().rowLength());
  }

  @Override
  public long firstElement() {
    return firstRow * whole.shape().rowLength();
  }

  @Override
  public WeightRows in(Weight other) {
    return new WeightRows(other, firstRow, rows);
  }

  @Override
  public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
    whole.read(firstElement() + from, count, target, at, buffer);
  }
}
