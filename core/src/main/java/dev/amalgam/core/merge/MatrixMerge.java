package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.model.TokenTensors;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.sparsify.Sparsifier;
import dev.amalgam.core.tensor.Shape;
import java.util.Arrays;
import java.util.Optional;

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
      Parameter.number(Parameter.Scope.MODEL, "weight", 1, "factor of the expert's delta");

  /** How the deltas of a matrix become one. */
  interface Combination {

    /** Returns the merged delta. */
    double[][] of(WholeDeltas deltas, Workers<?> workers);

    /** Returns the bytes that are held at once for it, the deltas in float32 not counted. */
    long bytes(Layout layout);
  }

  /**
   * How the combination sees matrices.
   *
   * @param rows the number of rows of a delta, as the combination sees it
   * @param columns the number of its columns
   * @param transposed whether these are columns and rows of the tensor
   */
  record Layout(int rows, int columns, boolean transposed) {

    /** Returns the layout that has no more rows than columns. */
    static Layout shorterFirst(Shape shape) {
      return shape.dimension(0) > shape.rowLength() ? columnsFirst(shape) : asStored(shape);
    }

    /** Returns the layout whose rows are the columns of the tensor. */
    static Layout columnsFirst(Shape shape) {
      return new Layout((int) shape.rowLength(), (int) shape.dimension(0), true);
    }

    private static Layout asStored(Shape shape) {
      return new Layout((int) shape.dimension(0), (int) shape.rowLength(), false);
    }

    /** Returns the number of entries. */
    long entries() {
      return (long) rows * columns;
    }
  }

  /** The deltas, each multiplied by its model's weight. */
  static final class WholeDeltas {

    private final float[] weights;
    private final Layout layout;
    // Rows as they are stored.
    private final float[][][] kept;

    private WholeDeltas(float[] weights, Layout layout) {
      this.weights = weights;
      this.layout = layout;
      this.kept = new float[weights.length][layout.transposed ? layout.columns : layout.rows][];
    }

    /** Returns how many there are. */
    int count() {
      return weights.length;
    }

    /** Returns how all of them are laid out. */
    Layout layout() {
      return layout;
    }

    /** Returns one in float64. It can be asked for once, and is kept no longer. */
    double[][] take(int expert) {
      float[][] rows = kept[expert];
      kept[expert] = null;
      double weight = weights[expert];
      double[][] delta = new double[layout.rows][layout.columns];
      for (int i = 0; i < rows.length; i++) {
        float[] row = rows[i];
        for (int j = 0; j < row.length; j++) {
          if (layout.transposed) {
            delta[j][i] = weight * row[j];
          } else {
            delta[i][j] = weight * row[j];
          }
        }
      }
      return delta;
    }
  }

  private final int length;
  private final float lambda;
  private final Combination combination;
  private final Layout layout;
  private final float[] weights;
  private final WholeDeltas deltas;
  private volatile boolean finite = true;
  private boolean scanned;
  private double[][] merged;

  private MatrixMerge(MergeTask task, Layout layout, Combination combination) {
    this.length = (int) task.shape().rowLength();
    this.lambda = DeltaSum.LAMBDA.of(task).floatValue();
    this.combination = combination;
    this.layout = layout;
    this.weights = task.expertNumbers(WEIGHT);
    this.deltas = new WholeDeltas(weights, layout);
  }

  /**
   * Returns whether a tensor is a matrix that maps states.
   *
   * @param shape its shape
   */
  private static boolean isMap(String name, Shape shape) {
    return shape.rank() == 2 && shape.elements() > 0 && !TokenTensors.isLookup(name);
  }

  /**
   * Returns the merge of a task with {@link #WEIGHT} and {@link DeltaSum#LAMBDA}.
   *
   * @param shorterFirst whether the combination sees the shorter side as rows, and not the columns
   */
  static TensorMerge of(MergeTask task, boolean shorterFirst, Combination combination) {
    if (!isMap(task.tensor(), task.shape())) {
      return mean(task);
    }
    SpanMerge.checkRow(Math.max(task.shape().dimension(0), task.shape().rowLength()));
    Layout layout =
        shorterFirst ? Layout.shorterFirst(task.shape()) : Layout.columnsFirst(task.shape());
    return new MatrixMerge(task, layout, combination);
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
    return Float.BYTES * weights.length * layout.entries() + combination.bytes(layout);
  }

  @Override
  public Optional<Scan> nextScan() {
    return scanned ? Optional.empty() : Optional.of(this);
  }

  @Override
  public void visit(Block block) {
    Deltas.take(block, weights.length);
    for (int expert = 0; expert < weights.length; expert++) {
      float[] delta = block.expert(expert);
      for (int i = 0; i < block.length(); i += length) {
        float[] row = Arrays.copyOfRange(delta, i, i + length);
        deltas.kept[expert][(int) ((block.start() + i) / length)] = row;
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
  public void settle(Workers<?> workers) {
    merged = finite ? combination.of(deltas, workers) : null;
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
    return (float) (layout.transposed ? merged[column][row] : merged[row][column]);
  }
}
