package dev.amalgam.core.calibration;

import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import java.util.List;

/** What is kept of each expert's delta of one tensor, and with what weight. */
public final class TensorCalibration {

  /**
   * What is kept of one expert's delta.
   *
   * @param selection which entries
   * @param factor by what they are multiplied besides
   * @param scores the effect of each entry, if the selection or weights need it
   */
  record Kept(Selection selection, float factor, Weight scores) {}

  private final List<Kept> experts;
  private final Partitioning partitions;
  private final float[][] partitionWeights;
  private final double[] totals;
  private final CalibrationSettings settings;

  /**
   * Creates the calibration of a tensor.
   *
   * @param partitionWeights the weight of each partition for each expert; null for weights of
   *     single entries, no experts for equal weights
   * @param totals the sum of all importance of each expert, for weights of single entries
   */
  TensorCalibration(
      List<Kept> experts,
      Partitioning partitions,
      float[][] partitionWeights,
      double[] totals,
      CalibrationSettings settings) {
    this.experts = List.copyOf(experts);
    this.partitions = partitions;
    this.partitionWeights = partitionWeights;
    this.totals = totals;
    this.settings = settings;
  }

  /** Returns the number of consecutive entries that must be seen together. */
  public long unit() {
    return experts.stream().mapToLong(kept -> kept.selection().unit()).max().orElse(1);
  }

  /** Returns whether an expert's selection needs random draws. */
  public boolean needsDraws(int expert) {
    return experts.get(expert).selection().needsDraws();
  }

  /** Returns by what an expert's kept entries are multiplied besides. */
  public float factor(int expert) {
    return experts.get(expert).factor();
  }

  /**
   * Zeroes what is not kept of consecutive entries of an expert's delta, and rescales what is, but
   * for the {@link #factor}.
   *
   * @param draws 32 random bits for each entry, if they are needed
   * @param from the number of the first entry
   */
  public void select(
      int expert, float[] delta, int[] draws, long from, int count, ReadBuffer buffer) {
    Kept kept = experts.get(expert);
    float[] scores = {};
    if (kept.selection().needsScores()) {
      scores = new float[count];
      kept.scores().read(from, count, scores, 0, buffer);
      Scan.score(scores, delta, count, settings.magnitude());
    }
    kept.selection().apply(delta, scores, draws, from, count);
  }

  /** Returns whether {@link #weigh} changes anything. */
  public boolean weighs() {
    return partitionWeights == null || partitionWeights.length > 0;
  }

  /** Multiplies each expert's consecutive entries by their weights. */
  public void weigh(float[][] deltas, long from, int count, ReadBuffer buffer) {
    if (partitionWeights == null) {
      weighEntries(deltas, from, count, buffer);
      return;
    }
    for (int t = 0; t < partitionWeights.length; t++) {
      float[] weights = partitionWeights[t];
      for (int i = 0; i < count; i++) {
        deltas[t][i] *= weights.length == 1 ? weights[0] : weights[(int) partitions.of(from + i)];
      }
    }
  }

  private void weighEntries(float[][] deltas, long from, int count, ReadBuffer buffer) {
    int t = experts.size();
    float[][] scores = new float[t][count];
    for (int e = 0; e < t; e++) {
      experts.get(e).scores().read(from, count, scores[e], 0, buffer);
    }
    double[] shares = new double[t];
    for (int i = 0; i < count; i++) {
      for (int e = 0; e < t; e++) {
        shares[e] = totals[e] > 0 ? scores[e][i] / totals[e] : 0;
      }
      ExpertWeights.of(shares, settings.tau2());
      for (int e = 0; e < t; e++) {
        deltas[e][i] *= (float) shares[e];
      }
    }
  }
}
