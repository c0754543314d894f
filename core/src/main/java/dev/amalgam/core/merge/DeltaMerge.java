package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.sparsify.Sparsifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The generalised task arithmetic that a whole family of methods shares: take each expert's delta
 * from the base, sparsify it, weight it, let the experts agree on a sign or not, sum, and add the
 * sum to the base.
 *
 * <pre>
 * d = x − b;  d is sparsified and rescaled;  v = w·d
 * without consensus: s = Σ v,                       divisor = Σ w (1 where |Σ w| &lt; 1e-8)
 * with consensus:    s = Σ v of the majority sign,  divisor = Σ w of these (1 where that is 0)
 * out = b + λ·s  (s / divisor with normalize)
 * </pre>
 *
 * <p>The majority sign (TIES) of an entry is that of {@code Σ v}, plus where the sum is zero.
 */
final class DeltaMerge implements TensorMerge {

  private static final float LEAST_DIVISOR = 1e-8f;

  /** Changes an expert's delta before it is sparsified. */
  interface Weighing {
    void weigh(int expert, float[] delta, Block block);
  }

  private final List<Sparsifier> sparsifiers;
  private final Weighing weighing;
  private final float[] weights;
  private final boolean consensus;
  private final boolean normalize;
  private final float lambda;
  private final long unit;

  /**
   * Creates the merge of one tensor.
   *
   * @param task the tensor; its experts have {@code weight}, its recipe {@code normalize} and
   *     {@code lambda}
   * @param sparsifiers one for each expert
   * @param consensus whether experts agree on a sign
   * @param unit the number of elements that a sparsifier must see together
   */
  DeltaMerge(MergeTask task, List<Sparsifier> sparsifiers, boolean consensus, long unit) {
    this(task, sparsifiers, (expert, delta, block) -> {}, consensus, unit);
  }

  /**
   * The same with weights for parts of the tensor.
   *
   * @param weighing multiplies deltas by them
   */
  DeltaMerge(
      MergeTask task,
      List<Sparsifier> sparsifiers,
      Weighing weighing,
      boolean consensus,
      long unit) {
    this.weighing = weighing;
    this.sparsifiers = sparsifiers;
    this.weights = task.expertNumbers("weight");
    this.consensus = consensus;
    this.normalize = task.parameters().flag("normalize");
    this.lambda = (float) task.parameters().number("lambda");
    this.unit = unit;
  }

  @Override
  public long unit() {
    return unit;
  }

  @Override
  public Optional<Scan> nextScan() {
    List<Integer> unready =
        IntStream.range(0, sparsifiers.size())
            .filter(i -> !sparsifiers.get(i).ready())
            .boxed()
            .toList();
    return unready.isEmpty() ? Optional.empty() : Optional.of(new DeltaScan(unready));
  }

  private final class DeltaScan implements Scan {
    private final List<Integer> experts;

    DeltaScan(List<Integer> experts) {
      this.experts = experts;
    }

    @Override
    public void visit(Block block) {
      for (int i : experts) {
        float[] delta = block.expert(i);
        Elementwise.subtract(delta, block.base(), block.length());
        weighing.weigh(i, delta, block);
        sparsifiers.get(i).scan(delta, block);
      }
    }

    @Override
    public void finish() {
      for (int i : experts) {
        sparsifiers.get(i).finishScan();
      }
    }
  }

  @Override
  public void merge(Block block, float[] out) {
    int count = block.length();
    for (int i = 0; i < weights.length; i++) {
      float[] delta = block.expert(i);
      Elementwise.subtract(delta, block.base(), count);
      weighing.weigh(i, delta, block);
      sparsifiers.get(i).apply(delta, block);
      Elementwise.scale(delta, weights[i] * sparsifiers.get(i).scale(), count);
    }
    if (consensus) {
      sumAgreeing(block, out);
    } else {
      sumAll(block, out);
    }
    Elementwise.scaleAndAdd(out, lambda, block.base(), count);
  }

  private void sumAll(Block block, float[] out) {
    int count = block.length();
    System.arraycopy(block.expert(0), 0, out, 0, count);
    float divisor = weights[0];
    for (int i = 1; i < weights.length; i++) {
      Elementwise.add(out, block.expert(i), count);
      divisor += weights[i];
    }
    if (normalize && Math.abs(divisor) >= LEAST_DIVISOR) {
      Elementwise.divide(out, divisor, count);
    }
  }

  private void sumAgreeing(Block block, float[] out) {
    int count = block.length();
    float[] majority = block.scratch().first();
    float[] divisor = block.scratch().second();
    System.arraycopy(block.expert(0), 0, majority, 0, count);
    for (int i = 1; i < weights.length; i++) {
      Elementwise.add(majority, block.expert(i), count);
    }
    Arrays.fill(out, 0, count, 0);
    Arrays.fill(divisor, 0, count, 0);
    for (int i = 0; i < weights.length; i++) {
      block
          .kernels()
          .delta()
          .addAgreeing(block.expert(i), weights[i], majority, out, divisor, count);
    }
    if (normalize) {
      block.kernels().delta().divideByNonZero(out, divisor, count);
    }
  }
}
