package dev.amalgam.core.repair;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.sparsify.PartitionThresholds;
import dev.amalgam.core.weight.DeltaWeight;
import dev.amalgam.core.weight.EntryMask;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses which entries of a merged delta δ are kept: exactly so many, those with the largest
 * scores of the whole model, of equal ones the first. The score of an entry is
 *
 * <pre>
 * Σ v·e · δ²
 * </pre>
 *
 * <p>with e the effect of the entry on each task ({@link
 * dev.amalgam.core.evidence.GradientMagnitude}) and v what the task counts; or |δ|, where there are
 * no effects. Float32, but for the sum over tasks.
 */
public final class LargestEntries {

  private static final int CHUNK = 1 << 15;

  private final Weights merged;
  private final Weights base;
  private final List<String> tensors;
  private final List<Weights> effects;
  private final double[] weights;

  /**
   * Creates the choice between the entries of some tensors.
   *
   * @param merged the merged model
   * @param base the base
   * @param effects those of each task, by tensor; empty to rank by magnitude
   * @param weights what each task counts
   */
  public LargestEntries(
      Weights merged, Weights base, List<String> tensors, List<Weights> effects, double[] weights) {
    this.merged = merged;
    this.base = base;
    this.tensors = List.copyOf(tensors);
    this.effects = List.copyOf(effects);
    this.weights = weights.clone();
  }

  /**
   * Returns which entries are kept, by tensor.
   *
   * @param keep how many, no more than there are
   * @param memory gives zeros, for a bit of each entry
   */
  public Map<String, EntryMask> keep(long keep, int threads, SegmentAllocator memory) {
    List<Weight> deltas = deltas();
    List<Long> sizes = deltas.stream().map(delta -> delta.shape().elements()).toList();
    var thresholds = new PartitionThresholds(null, sizes, new long[] {keep}, CHUNK);
    Map<String, EntryMask> masks = masks(deltas, memory);
    try (var workers = new Workers<>(threads, _ -> new Block(Kernels.get(), CHUNK, 2))) {
      while (!thresholds.found()) {
        scan(
            deltas,
            workers,
            (t, block) -> thresholds.visit(t, block.start(), block.expert(1), block.length()));
        thresholds.finish();
      }
      scan(
          deltas,
          workers,
          (t, block) -> {
            float[] kept = block.expert(0);
            thresholds.sparsifier(t, new float[0], (_, b) -> b.expert(1)).apply(kept, block);
            masks.get(tensors.get(t)).keep(kept, block.start(), block.length());
          });
    }
    return masks;
  }

  /** Returns which entries differ from the base, by tensor; see {@link #keep}. */
  public Map<String, EntryMask> nonZero(int threads, SegmentAllocator memory) {
    List<Weight> deltas = deltas();
    Map<String, EntryMask> masks = masks(deltas, memory);
    try (var workers = new Workers<>(threads, _ -> new Block(Kernels.get(), CHUNK, 2))) {
      scan(
          deltas,
          workers,
          (t, block) ->
              masks.get(tensors.get(t)).keep(block.expert(0), block.start(), block.length()));
    }
    return masks;
  }

  private List<Weight> deltas() {
    List<Weight> deltas = new ArrayList<>();
    for (String tensor : tensors) {
      deltas.add(
          new DeltaWeight(base.find(tensor).orElseThrow(), merged.find(tensor).orElseThrow()));
    }
    return deltas;
  }

  private Map<String, EntryMask> masks(List<Weight> deltas, SegmentAllocator memory) {
    Map<String, EntryMask> masks = new LinkedHashMap<>();
    for (int t = 0; t < deltas.size(); t++) {
      masks.put(tensors.get(t), new EntryMask(deltas.get(t).shape().elements(), memory));
    }
    return masks;
  }

  private interface Visitor {
    void visit(int tensor, Block block);
  }

  /** Shows all entries in blocks: their deltas in place of expert 0, their scores of expert 1. */
  private void scan(List<Weight> deltas, Workers<Block> workers, Visitor visitor) {
    for (int t = 0; t < deltas.size(); t++) {
      int tensor = t;
      Weight delta = deltas.get(t);
      long elements = delta.shape().elements();
      workers.run(
          Math.toIntExact(Math.ceilDiv(elements, CHUNK)),
          (block, chunk) -> {
            long from = (long) chunk * CHUNK;
            block.moveTo(chunk, from, (int) Math.min(CHUNK, elements - from));
            delta.read(from, block.length(), block.expert(0), 0, block.reading());
            score(tensors.get(tensor), block);
            visitor.visit(tensor, block);
          });
    }
  }

  private void score(String tensor, Block block) {
    float[] delta = block.expert(0);
    float[] scores = block.expert(1);
    if (effects.isEmpty()) {
      System.arraycopy(delta, 0, scores, 0, block.length());
      return;
    }
    double[] sums = new double[block.length()];
    for (int task = 0; task < effects.size(); task++) {
      double weight = weights[task];
      effects
          .get(task)
          .find(tensor)
          .ifPresent(
              effect -> {
                effect.read(block.start(), block.length(), scores, 0, block.reading());
                for (int i = 0; i < sums.length; i++) {
                  sums[i] += weight * scores[i];
                }
              });
    }
    for (int i = 0; i < sums.length; i++) {
      scores[i] = (float) (sums[i] * delta[i] * delta[i]);
    }
  }
}
