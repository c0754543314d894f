package dev.amalgam.core.adapter;

import dev.amalgam.core.matrix.DenseMatrix;
import dev.amalgam.core.matrix.Scratch;
import dev.amalgam.core.tensor.Checkpoint;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.core.weight.StoredWeight;

/**
 * What an adapter adds to a tensor: {@code scale · B·A}, or that transposed.
 *
 * @param checkpoint where the factors are
 * @param a of shape [rank, inputs]
 * @param b of shape [outputs, rank]
 * @param isTransposed whether the tensor has a row for each input
 * @param scale what the product is multiplied by
 */
public record LowRankDelta(
    Checkpoint checkpoint, TensorInfo a, TensorInfo b, boolean isTransposed, float scale) {

  /** The factors of a delta in memory: rows of the tensor times columns of the tensor. */
  record Factors(DenseMatrix left, DenseMatrix right, float scale) {}

  /** Returns how many bytes the factors take in memory. */
  long bytes() {
    return Float.BYTES * (a.shape().elements() + b.shape().elements());
  }

  /** Reads the factors. */
  Factors load(Scratch scratch) {
    DenseMatrix inner = matrix(a, scratch);
    DenseMatrix outer = matrix(b, scratch);
    return isTransposed
        ? new Factors(inner.transposed(), outer.transposed(), scale)
        : new Factors(outer, inner, scale);
  }

  private DenseMatrix matrix(TensorInfo tensor, Scratch scratch) {
    float[] values = new float[Math.toIntExact(tensor.shape().elements())];
    scratch.read(new StoredWeight(checkpoint, tensor), 0, values.length, values, 0);
    return DenseMatrix.of(
        values, (int) tensor.shape().dimension(0), (int) tensor.shape().dimension(1));
  }
}
