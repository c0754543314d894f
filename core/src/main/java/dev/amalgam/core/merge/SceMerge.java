package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.block.BlockSums;
import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.sparsify.MagnitudeBand;
import dev.amalgam.core.sparsify.Sparsifier;
import java.util.Arrays;
import java.util.Optional;

/** The merge of one tensor by {@link Sce}: scans count, select and weigh, one after the other. */
final class SceMerge implements TensorMerge {

  private static final float LEAST_DIVISOR = 1e-6f;

  private final long elements;
  private final double topk;
  private final float[] weights;
  private final BlockSums varying = new BlockSums();
  private final BlockSums[] squares;
  // Keeps entries of the variances; null until it is known how many.
  private Sparsifier selection;
  private boolean weighed;

  SceMerge(MergeTask task) {
    this.elements = task.shape().elements();
    this.topk = Sce.SELECT_TOPK.of(task);
    this.weights = new float[task.experts().size()];
    this.squares = new BlockSums[weights.length];
    Arrays.setAll(squares, i -> new BlockSums());
    this.selection = topk == 1 ? Sparsifier.KEEP_ALL : topk == 0 ? Sparsifier.KEEP_NONE : null;
  }

  @Override
  public Optional<Scan> nextScan() {
    if (selection == null) {
      return Optional.of(new Count());
    }
    if (!selection.ready()) {
      return Optional.of(new Select());
    }
    return weighed || selection == Sparsifier.KEEP_NONE
        ? Optional.empty()
        : Optional.of(new Weigh());
  }

  private final class Count implements Scan {
    @Override
    public void visit(Block block) {
      float[] variances = variances(block);
      int count = 0;
      for (int i = 0; i < block.length(); i++) {
        count += variances[i] == 0 ? 0 : 1;
      }
      varying.set(block, count);
    }

    @Override
    public void finish() {
      selection = MagnitudeBand.of(elements, 0, (long) (varying.total() * topk));
    }
  }

  private final class Select implements Scan {
    @Override
    public void visit(Block block) {
      selection.scan(variances(block), block);
    }

    @Override
    public void finish() {
      selection.finishScan();
    }
  }

  private final class Weigh implements Scan {
    @Override
    public void visit(Block block) {
      select(block);
      for (int k = 0; k < weights.length; k++) {
        double sum = block.scratch().reduction().sumSquares(block.expert(k), block.length());
        squares[k].set(block, sum);
      }
    }

    @Override
    public void finish() {
      double total = 0;
      for (BlockSums sums : squares) {
        total += sums.total();
      }
      for (int k = 0; k < weights.length; k++) {
        // The mean's divisor, the number of elements, is that of all and falls out.
        weights[k] = (float) (total == 0 ? 1.0 / weights.length : squares[k].total() / total);
      }
      weighed = true;
    }
  }

  // Leaves the deltas in place of the experts.
  private float[] variances(Block block) {
    Deltas.take(block, weights.length);
    float[] variances = block.scratch().first();
    for (int i = 0; i < block.length(); i++) {
      double mean = 0;
      for (int k = 0; k < weights.length; k++) {
        mean += block.expert(k)[i];
      }
      mean /= weights.length;
      double squares = 0;
      for (int k = 0; k < weights.length; k++) {
        double difference = block.expert(k)[i] - mean;
        squares += difference * difference;
      }
      variances[i] = (float) (squares / weights.length);
    }
    return variances;
  }

  // Leaves the selected entries of the deltas in place of the experts.
  private void select(Block block) {
    if (selection == Sparsifier.KEEP_ALL) {
      Deltas.take(block, weights.length);
      return;
    }
    float[] kept = variances(block);
    selection.apply(kept, block);
    for (int k = 0; k < weights.length; k++) {
      float[] delta = block.expert(k);
      for (int i = 0; i < block.length(); i++) {
        delta[i] = kept[i] == 0 ? 0 : delta[i];
      }
    }
  }

  @Override
  public void merge(Block block, float[] out) {
    int count = block.length();
    if (selection == Sparsifier.KEEP_NONE) {
      System.arraycopy(block.base(), 0, out, 0, count);
      return;
    }
    select(block);
    float[] majority = block.scratch().first();
    float[] divisor = block.scratch().second();
    Arrays.fill(majority, 0, count, 0);
    Arrays.fill(divisor, 0, count, 0);
    Arrays.fill(out, 0, count, 0);
    for (int k = 0; k < weights.length; k++) {
      Elementwise.add(majority, block.expert(k), count);
    }
    for (int k = 0; k < weights.length; k++) {
      addAgreeing(block.expert(k), weights[k], majority, out, divisor, count);
    }
    for (int i = 0; i < count; i++) {
      out[i] = block.base()[i] + out[i] / Math.max(divisor[i], LEAST_DIVISOR);
    }
  }

  private static void addAgreeing(
      float[] delta, float weight, float[] majority, float[] sum, float[] divisor, int count) {
    for (int i = 0; i < count; i++) {
      boolean agrees = majority[i] >= 0 ? delta[i] > 0 : delta[i] < 0;
      // A NaN agrees with nothing, and must show in the result.
      if (agrees || Float.isNaN(delta[i])) {
        sum[i] += weight * delta[i];
        divisor[i] += weight;
      }
    }
  }
}
