package dev.amalgam.core.merge;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.sparsify.Sparsifier;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The generalised task arithmetic that a whole family of methods shares: take each expert's delta
 * {@code x − b} from the base, sparsify and rescale it, and add the {@linkplain DeltaSum sum} of
 * the weighted deltas to the base.
 */
final class DeltaMerge implements TensorMerge {

  /** Changes an expert's delta before it is sparsified. */
  interface Weighing {
    void weigh(int expert, float[] delta, Block block);
  }

  private final DeltaSum sum;
  private final List<Sparsifier> sparsifiers;
  private final Weighing weighing;

  /**
   * Creates the merge of one tensor.
   *
   * @param sum how deltas become one
   * @param sparsifiers one for each expert
   * @param weighing multiplies deltas by weights of parts of the tensor
   */
  DeltaMerge(DeltaSum sum, List<Sparsifier> sparsifiers, Weighing weighing) {
    this.sum = sum;
    this.sparsifiers = List.copyOf(sparsifiers);
    this.weighing = weighing;
  }

  /**
   * Returns the merge of a task.
   *
   * @param sum how deltas become one
   * @param sparsifier makes the sparsifier of the expert of a number
   */
  static DeltaMerge of(MergeTask task, DeltaSum sum, IntFunction<Sparsifier> sparsifier) {
    return new DeltaMerge(
        sum,
        IntStream.range(0, task.experts().size()).mapToObj(sparsifier).toList(),
        (expert, delta, block) -> {});
  }

  @Override
  public long unit() {
    return sparsifiers.stream().mapToLong(Sparsifier::unit).max().orElse(1);
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

  @Override
  public boolean isHomogeneous() {
    return sparsifiers.stream().allMatch(Sparsifier::isHomogeneous);
  }

  private float[] takeDelta(int expert, Block block) {
    float[] delta = block.expert(expert);
    Elementwise.subtract(delta, block.base(), block.length());
    weighing.weigh(expert, delta, block);
    return delta;
  }

  private final class DeltaScan implements Scan {
    private final List<Integer> experts;

    DeltaScan(List<Integer> experts) {
      this.experts = experts;
    }

    @Override
    public void visit(Block block) {
      for (int i : experts) {
        sparsifiers.get(i).scan(takeDelta(i, block), block);
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
    for (int i = 0; i < sparsifiers.size(); i++) {
      float[] delta = takeDelta(i, block);
      Sparsifier sparsifier = sparsifiers.get(i);
      sparsifier.apply(delta, block);
      Elementwise.scale(delta, sum.weights()[i] * sparsifier.scale(), block.length());
    }
    sum.addToBase(block, out);
  }
}
