package dev.amalgam.core.merge;

import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.tensor.Shape;
import java.util.List;

/** A method that makes one delta of the deltas of a matrix, which it sees whole. */
interface MatrixMethod extends MergeMethod {

  /** Returns how it sees a matrix. */
  MatrixLayout layout(Shape shape);

  /** Returns the merged delta. */
  double[][] of(MatrixDeltas deltas, Workers<?> workers);

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
