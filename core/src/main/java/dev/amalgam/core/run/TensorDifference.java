package dev.amalgam.core.run;

import dev.amalgam.core.tensor.TensorInfo;

/**
 * How a tensor differs between two checkpoints. Values are compared as float32, sums are float64.
 *
 * @param tensor the tensor as the first checkpoint has it
 * @param norm the Euclidean norm of second − first
 * @param relativeNorm {@code norm} over the norm of the first; 0 where both are 0, infinite where
 *     only the first is
 * @param cosine the cosine of the angle between first and second; NaN where one of them is zero
 * @param changed the number of elements that differ
 */
public record TensorDifference(
    TensorInfo tensor, double norm, double relativeNorm, double cosine, long changed) {

  /** Returns the share of elements that differ, 0 for an empty tensor. */
  public double changedFraction() {
    long elements = tensor.shape().elements();
    return elements == 0 ? 0 : (double) changed / elements;
  }

  static TensorDifference of(TensorInfo tensor, Sums sums) {
    double norm = Math.sqrt(sums.squaredDistance);
    double first = Math.sqrt(sums.firstSquares);
    double second = Math.sqrt(sums.secondSquares);
    return new TensorDifference(
        tensor,
        norm,
        norm == 0 ? 0 : norm / first,
        first == 0 || second == 0 ? Double.NaN : Math.clamp(sums.product / (first * second), -1, 1),
        sums.changed);
  }

  /** What is summed up over the elements of one tensor, or of several. */
  static final class Sums {
    double firstSquares;
    double secondSquares;
    double product;
    double squaredDistance;
    long changed;

    void add(Sums other) {
      firstSquares += other.firstSquares;
      secondSquares += other.secondSquares;
      product += other.product;
      squaredDistance += other.squaredDistance;
      changed += other.changed;
    }
  }
}
