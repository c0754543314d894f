package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.model.TokenTensors;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.sparsify.Sparsifier;
import dev.amalgam.core.tensor.Shape;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/**
 * A merge that sees the deltas of a matrix whole, {@code b + λ·X}: one scan keeps them in float32,
 * X is worked out of them in float64, and blocks take their part of it. Embeddings, heads and
 * tensors that are no matrices get the mean of the deltas for X. Each delta is multiplied by the
 * weight of its model before.
 *
 * <p>Where an input has an entry that is no finite number, no entry of the result is one.
 */
final class MatrixMerge implements TensorMerge, TensorMerge.Scan {

  static final Parameter<Double> WEIGHT =
      Parameter.number(
          Parameter.Scope.MODEL, "weight", -1e9, 1e9, 1, "factor of the expert's delta");

  private final int length;
  private final float lambda;
  private final MatrixMethod method;
  private final MatrixLayout layout;
  private final MatrixDeltas deltas;
  private volatile boolean finite = true;
  private boolean scanned;
  private double[][] merged;

  private MatrixMerge(MergeTask task, MatrixLayout layout, MatrixMethod method) {
    this.length = (int) task.shape().rowLength();
    this.lambda = DeltaSum.LAMBDA.of(task).floatValue();
    this.method = method;
    this.layout = layout;
    this.deltas = new MatrixDeltas(task.expertNumbers(WEIGHT), layout);
  }

  /** Returns whether a tensor is a matrix that maps states. */
  private static boolean isMap(String name, Shape shape) {
    return shape.rank() == 2 && shape.elements() > 0 && !TokenTensors.isLookup(name);
  }

  /** Returns the merge of a task by a method, with {@link #WEIGHT} and {@link DeltaSum#LAMBDA}. */
  static TensorMerge of(MergeTask task, MatrixMethod method) {
    if (!isMap(task.tensor(), task.shape())) {
      return mean(task);
    }
    return new MatrixMerge(task, method.layout(task.shape()), method);
  }

  private static TensorMerge mean(MergeTask task) {
    float[] shares = task.expertNumbers(WEIGHT);
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= shares.length;
    }
    DeltaSum sum = new DeltaSum(shares, false, false, DeltaSum.LAMBDA.of(task).floatValue());
    return DeltaMerge.of(task, sum, expert -> Sparsifier.KEEP_ALL);
  }

  @Override
  public long unit() {
    return length;
  }

  @Override
  public long heldBytes() {
    return deltas.bytes() + method.bytes(layout);
  }

  @Override
  public Optional<Scan> nextScan() {
    return scanned ? Optional.empty() : Optional.of(this);
  }

  @Override
  public void visit(Block block) {
    Deltas.take(block, deltas.count());
    for (int expert = 0; expert < deltas.count(); expert++) {
      float[] delta = block.expert(expert);
      for (int i = 0; i < block.length(); i += length) {
        float[] row = Arrays.copyOfRange(delta, i, i + length);
        deltas.put(expert, (int) ((block.start() + i) / length), row);
        checkFinite(row);
      }
    }
  }

  private void checkFinite(float[] row) {
    float sum = 0;
    for (float x : row) {
      sum += x * 0;
    }
    if (sum != 0) {
      finite = false;
    }
  }

  @Override
  public void finish() {
    scanned = true;
  }

  @Override
  public void settle(Workers<?> workers, DoubleConsumer progress) {
    int steps = method.steps(deltas.count());
    int[] done = new int[1];
    merged =
        finite
            ? method.of(deltas, workers, () -> progress.accept((double) ++done[0] / steps))
            : null;
  }

  @Override
  public void merge(Block block, float[] out) {
    for (int at = 0; at < block.length(); at += length) {
      int row = (int) ((block.start() + at) / length);
      for (int i = 0; i < length; i++) {
        float delta = merged == null ? Float.NaN : entry(row, i);
        out[at + i] = block.base()[at + i] + lambda * delta;
      }
    }
  }

  private float entry(int row, int column) {
    return (float) (layout.transposed() ? merged[column][row] : merged[row][column]);
  }
}
