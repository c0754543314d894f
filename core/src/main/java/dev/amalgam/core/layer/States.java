package dev.amalgam.core.layer;

import dev.amalgam.core.matrix.DenseMatrix;

/**
 * One vector for each row: {@code width} values from {@code data[offset + row·stride]} on. States
 * between layers are compact: their offset is 0, and their stride is their width.
 *
 * @param data the array, which others may share
 * @param offset where row 0 starts
 * @param rows how many rows
 * @param width the length of a vector
 * @param stride the distance between the starts of two rows, at least the width
 */
public record States(float[] data, int offset, int rows, int width, int stride) {

  /**
   * Returns new states, all zero.
   *
   * @throws ArithmeticException if they exceed what an array can hold
   */
  public static States zeros(int rows, int width) {
    return new States(new float[Math.multiplyExact(rows, width)], 0, rows, width, width);
  }

  /** Returns the states that fill an array. */
  public static States of(float[] data, int rows, int width) {
    return new States(data, 0, rows, width, width);
  }

  /** Returns a view of the columns {@code from} to {@code from + count − 1}. */
  public States columns(int from, int count) {
    return new States(data, offset + from, rows, count, stride);
  }

  /** Returns a view of the rows {@code from} to {@code to − 1}. */
  public States rows(int from, int to) {
    return new States(data, at(from), to - from, width, stride);
  }

  /** Returns where a row starts in the array. */
  public int at(int row) {
    return offset + row * stride;
  }

  /** Returns these states as a matrix of rows. */
  public DenseMatrix matrix() {
    return new DenseMatrix(data, offset, rows, width, stride, 1);
  }

  /** Copies the values of states of the same shape. */
  public void set(States source) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(source.data, source.at(row), data, at(row), width);
    }
  }

  /** Returns the same values with each row cut into {@code parts} rows; these must be compact. */
  States split(int parts) {
    return new States(data, offset, rows * parts, width / parts, width / parts);
  }

  /** Returns the same values with every {@code parts} rows made one; these must be compact. */
  States joined(int parts) {
    return new States(data, offset, rows / parts, width * parts, width * parts);
  }
}
