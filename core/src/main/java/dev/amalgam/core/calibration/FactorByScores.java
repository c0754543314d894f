package dev.amalgam.core.calibration;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.block.Draws;
import dev.amalgam.core.sparsify.Sampled;
import dev.amalgam.core.sparsify.Scores;
import dev.amalgam.core.sparsify.Sparsifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Finds the factor of what is kept by which the kept scores add up to all scores. */
final class FactorByScores {

  /** Says how much is kept of the scores of a block's entries. */
  private interface Kept {
    double of(Block block, float[] scores);
  }

  private final Scan scan;
  private final List<String> tensors;
  private final List<Long> elements;
  private double all;
  private double kept;

  /**
   * Prepares the search.
   *
   * @param scan shows scores
   * @param elements the number of entries of each tensor
   */
  FactorByScores(Scan scan, List<String> tensors, List<Long> elements) {
    this.scan = scan;
    this.tensors = tensors;
    this.elements = elements;
  }

  /** Returns the factor for sparsifiers that draw nothing, one for each tensor. */
  float of(Map<String, SparsifierFactory> sparsifiers) {
    for (int t = 0; t < tensors.size(); t++) {
      SparsifierFactory sparsifier = sparsifiers.get(tensors.get(t));
      add(
          t,
          sparsifier.of(Scores.OF_DELTA, Draws.NONE).unit(),
          (block, scores) -> kept(sparsifier.of((_, _) -> scores, Draws.NONE), block, scores));
    }
    return factor();
  }

  private static double kept(Sparsifier sparsifier, Block block, float[] scores) {
    float[] delta = block.expert(0);
    sparsifier.apply(delta, block);
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      sum += delta[i] != 0 ? scores[i] : 0;
    }
    return sum;
  }

  /** Returns the factor for entries that are drawn with the probability of their score. */
  float of(Sampled.Rates rates) {
    for (int t = 0; t < tensors.size(); t++) {
      add(t, 1, (_, scores) -> expected(rates, scores));
    }
    return factor();
  }

  private static double expected(Sampled.Rates rates, float[] scores) {
    double sum = 0;
    for (float score : scores) {
      sum += score * rates.keep(score);
    }
    return sum;
  }

  private void add(int tensor, long unit, Kept ofBlock) {
    int length = Math.toIntExact(unit * Math.max(1, Scan.CHUNK / unit));
    int blocks = Math.toIntExact(Math.ceilDiv(elements.get(tensor), length));
    double[] sums = new double[blocks];
    double[] keptSums = new double[blocks];
    scan.run(
        List.of(tensors.get(tensor)),
        length,
        (_, block, scores) -> {
          keptSums[block.index()] = ofBlock.of(block, scores);
          for (float score : scores) {
            sums[block.index()] += score;
          }
        });
    all += Arrays.stream(sums).sum();
    kept += Arrays.stream(keptSums).sum();
  }

  private float factor() {
    return kept > 0 ? (float) (all / kept) : 1;
  }
}
