package dev.amalgam.core.calibration;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.importance.Partitions;
import java.util.List;
import java.util.Map;

/** By what the entries of each expert's delta are multiplied, where experts conflict. */
sealed interface EntryWeights {

  /** Returns the weights of the entries that a block has of an expert's delta of a tensor. */
  float[] of(int expert, String tensor, Block block);

  /**
   * Weights of single entries.
   *
   * @param experts those that are weighed against each other; scores are those of entries
   * @param totals the sum of all importance of each
   * @param tau2 the temperature
   */
  record OfEntries(List<ScoredExpert> experts, double[] totals, double tau2)
      implements EntryWeights {

    @Override
    public float[] of(int expert, String tensor, Block block) {
      int count = block.length();
      float[][] effects = new float[experts.size()][];
      for (int e = 0; e < effects.length; e++) {
        effects[e] = experts.get(e).effects(tensor, block);
      }
      float[] weights = new float[count];
      double[] shares = new double[effects.length];
      for (int i = 0; i < count; i++) {
        for (int e = 0; e < shares.length; e++) {
          shares[e] = totals[e] > 0 ? effects[e][i] / totals[e] : 0;
        }
        ExpertWeights.of(shares, tau2);
        weights[i] = (float) shares[expert];
      }
      return weights;
    }
  }

  /**
   * Weights that all entries of a partition have in common.
   *
   * @param partitions to which partition entries belong
   * @param weights of each key's partitions for each expert
   */
  record OfPartitions(Partitions partitions, Map<String, float[][]> weights)
      implements EntryWeights {

    @Override
    public float[] of(int expert, String tensor, Block block) {
      Partitioning partitioning = partitions.of(tensor).orElseThrow();
      float[] own = weights.get(partitioning.key())[expert];
      float[] ofEntries = new float[block.length()];
      for (int i = 0; i < ofEntries.length; i++) {
        ofEntries[i] = own[(int) partitioning.of(block.start() + i)];
      }
      return ofEntries;
    }
  }
}
