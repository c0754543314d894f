package dev.amalgam.core.merge;

import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.Shape;
import java.util.List;

/** A method that makes one delta of the deltas of a matrix, which it sees whole. */
interface MatrixMethod extends MergeMethod {

  /** Returns how it sees a matrix. */
  MatrixLayout layout(Shape shape);

  /** Returns in how many steps the merged delta of so many is made. */
  int steps(int deltas);

  /**
   * Returns the merged delta.
   *
   * @param step is run behind each step, of which none takes much longer than the others
   */
  double[][] of(MatrixDeltas deltas, Workers<?> workers, Runnable step);

  /** Returns the bytes that are held at once for it, the deltas in float32 not counted. */
  long bytes(MatrixLayout layout);

  @Override
  default BaseUse baseUse() {
    return BaseUse.REQUIRED;
  }

  @Override
  default List<Parameter<?>> parameters() {
    return List.of(MatrixMerge.WEIGHT, DeltaSum.LAMBDA);
  }

  @Override
  default TensorMerge prepare(MergeTask task) {
    return MatrixMerge.of(task, this);
  }
}
