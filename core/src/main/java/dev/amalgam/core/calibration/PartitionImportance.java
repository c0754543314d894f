package dev.amalgam.core.calibration;

import dev.amalgam.core.block.Block;
import dev.amalgam.core.importance.Level;
import dev.amalgam.core.importance.Partitioning;
import dev.amalgam.core.parallel.Workers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The importance of an expert's partitions, coarser than single entries, and their sizes.
 *
 * @param importance of each key's partitions
 * @param sizes the number of entries in each partition of a key
 * @param dropped the mean drop rate that the densities give the entries of a key's partitions
 * @param total the sum of all importance
 */
record PartitionImportance(
    Map<String, double[]> importance,
    Map<String, Long> sizes,
    Map<String, Double> dropped,
    double total) {

  /** Returns the importance that an expert's scores give its partitions. */
  static PartitionImportance of(ScoredExpert expert, Workers<Block> workers) {
    Map<String, Long> sizes = new TreeMap<>();
    Map<String, Double> dropped = new TreeMap<>();
    for (String tensor : expert.tensors()) {
      Partitioning partitions = expert.partitions().of(tensor).orElseThrow();
      long size = partitions.size(expert.elements(tensor));
      sizes.merge(partitions.key(), size, Long::sum);
      dropped.merge(partitions.key(), size * (1 - expert.density().get(tensor)), Double::sum);
    }
    dropped.replaceAll((key, sum) -> sum / sizes.get(key));
    Map<String, double[]> importance =
        expert.scoreLevel() == Level.ELEMENT ? summed(expert, workers) : stored(expert, workers);
    return new PartitionImportance(importance, sizes, dropped, sum(importance));
  }

  private static Map<String, double[]> stored(ScoredExpert expert, Workers<Block> workers) {
    Map<String, double[]> importance = new TreeMap<>();
    expert
        .partitions()
        .counts()
        .forEach(
            (key, count) ->
                workers.run(
                    1,
                    (block, _) -> {
                      float[] scores = expert.scores(key, Math.toIntExact(count), block.reading());
                      double[] values = new double[scores.length];
                      for (int i = 0; i < values.length; i++) {
                        values[i] = scores[i];
                      }
                      importance.put(key, values);
                    }));
    return importance;
  }

  private static Map<String, double[]> summed(ScoredExpert expert, Workers<Block> workers) {
    Map<String, double[]> importance = new TreeMap<>();
    expert
        .partitions()
        .counts()
        .forEach((key, count) -> importance.put(key, new double[Math.toIntExact(count)]));
    Scan scan = new Scan(WeighedExpert.unweighed(expert), true, workers);
    for (String tensor : expert.tensors()) {
      Partitioning partitions = expert.partitions().of(tensor).orElseThrow();
      // Added up in the order of chunks, whoever is done first.
      double[][] parts = new double[Scan.chunks(expert.elements(tensor))][];
      scan.run(
          List.of(tensor),
          (_, block, scores) -> parts[block.index()] = sums(partitions, block.start(), scores));
      double[] target = importance.get(partitions.key());
      for (int chunk = 0; chunk < parts.length; chunk++) {
        long first = first(partitions, (long) chunk * Scan.CHUNK);
        for (int i = 0; i < parts[chunk].length; i++) {
          target[(int) (first + i)] += parts[chunk][i];
        }
      }
    }
    return importance;
  }

  /** Returns the first partition of which a chunk may hold entries. */
  private static long first(Partitioning partitions, long from) {
    return partitions.inner() > 1 ? partitions.of(from) : 0;
  }

  private static double[] sums(Partitioning partitions, long from, float[] scores) {
    long first = first(partitions, from);
    long last =
        partitions.inner() > 1 ? partitions.of(from + scores.length - 1) : partitions.count() - 1;
    double[] sums = new double[(int) (last - first + 1)];
    for (int i = 0; i < scores.length; i++) {
      sums[(int) (partitions.of(from + i) - first)] += scores[i];
    }
    return sums;
  }

  /** Returns the importance of what an expert's weights make of its partitions. */
  PartitionImportance weighed(EntryWeights.OfPartitions weights, int expert) {
    Map<String, double[]> weighed = new TreeMap<>();
    importance.forEach(
        (key, values) -> {
          float[] own = weights.weights().get(key)[expert];
          double[] products = new double[values.length];
          for (int i = 0; i < products.length; i++) {
            products[i] = values[i] * own[i];
          }
          weighed.put(key, products);
        });
    return new PartitionImportance(weighed, sizes, dropped, sum(weighed));
  }

  private static double sum(Map<String, double[]> importance) {
    double sum = 0;
    for (double[] values : importance.values()) {
      for (double value : values) {
        sum += value;
      }
    }
    return sum;
  }

  /** Returns the drop rate of each key's partitions, see {@link DropRates}. */
  Map<String, double[]> dropRates(double tau1) {
    int count = importance.values().stream().mapToInt(values -> values.length).sum();
    double[] flat = new double[count];
    long[] flatSizes = new long[count];
    double[] rates = new double[count];
    int at = 0;
    for (Map.Entry<String, double[]> entry : importance.entrySet()) {
      for (double value : entry.getValue()) {
        flat[at] = value;
        flatSizes[at] = sizes.get(entry.getKey());
        rates[at++] = dropped.get(entry.getKey());
      }
    }
    double[] drops = DropRates.of(DropRates.relative(flat, flatSizes), flatSizes, rates, tau1);
    Map<String, double[]> byKey = new LinkedHashMap<>();
    at = 0;
    for (Map.Entry<String, double[]> entry : importance.entrySet()) {
      double[] own = new double[entry.getValue().length];
      System.arraycopy(drops, at, own, 0, own.length);
      byKey.put(entry.getKey(), own);
      at += own.length;
    }
    return byKey;
  }

  /**
   * Returns by what all importance is larger than what drop rates are expected to leave of it.
   *
   * @param drops the drop rate of each key's partitions
   */
  double expectedFactor(Map<String, double[]> drops) {
    double kept = 0;
    for (Map.Entry<String, double[]> entry : importance.entrySet()) {
      double[] own = drops.get(entry.getKey());
      for (int p = 0; p < own.length; p++) {
        kept += entry.getValue()[p] * (1 - own[p]);
      }
    }
    return kept > 0 ? total / kept : 1;
  }
}
