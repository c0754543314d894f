package dev.amalgam.job.extract;

import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.matrix.DenseMatrix;
import dev.amalgam.core.matrix.Matrix;
import dev.amalgam.core.matrix.WeightMatrix;
import dev.amalgam.core.weight.Weight;
import java.util.Optional;

/**
 * A delta that is gone over several times: in memory where it takes at most 256 MiB, else read each
 * time.
 *
 * @param weight the delta
 * @param squaredNorm its squared Frobenius norm; not finite if an entry is not
 * @param values its entries, if they are in memory
 */
record TensorDelta(Weight weight, double squaredNorm, Optional<float[]> values) {

  private static final long MOST_IN_MEMORY = 1L << 26;
  private static final int PIECE = 1 << 16;

  /** Reads a delta; the norm's sum has an order of its own, whatever the number of workers. */
  static TensorDelta read(Weight weight, Engine engine) {
    long elements = weight.shape().elements();
    Optional<float[]> values =
        weight.shape().rank() == 2 && elements <= MOST_IN_MEMORY
            ? Optional.of(new float[(int) elements])
            : Optional.empty();
    double[] sums = new double[Math.toIntExact(Math.ceilDiv(elements, PIECE))];
    engine
        .workers()
        .run(
            sums.length,
            (scratch, piece) -> {
              long from = (long) piece * PIECE;
              int count = (int) Math.min(PIECE, elements - from);
              float[] into = values.orElseGet(() -> scratch.spare(0, PIECE));
              int at = values.isPresent() ? (int) from : 0;
              scratch.read(weight, from, count, into, at);
              sums[piece] = squares(into, at, count);
            });
    double sum = 0;
    for (double part : sums) {
      sum += part;
    }
    return new TensorDelta(weight, sum, values);
  }

  private static double squares(float[] values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += (double) values[i] * values[i];
    }
    return sum;
  }

  /** Returns the delta as a matrix. */
  Matrix matrix() {
    int rows = Math.toIntExact(weight.shape().dimension(0));
    int columns = Math.toIntExact(weight.shape().dimension(1));
    return values
        .<Matrix>map(array -> DenseMatrix.of(array, rows, columns))
        .orElseGet(() -> WeightMatrix.of(weight));
  }
}
