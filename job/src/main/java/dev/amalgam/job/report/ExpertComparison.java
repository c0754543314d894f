package dev.amalgam.job.report;

import dev.amalgam.core.calibration.ExpertWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * How the importance of several experts of one base compares, by the partitions that they have in
 * common.
 *
 * @param kind how their scores came about
 * @param experts what the report calls them
 * @param partitions the number of common partitions
 * @param collisions which share of the most important tenth of an expert's partitions is in that of
 *     another
 * @param weights for each density and expert how weights of kept parameters are distributed
 */
record ExpertComparison(
    String kind,
    List<String> experts,
    long partitions,
    double[][] collisions,
    List<List<Distribution>> weights) {

  private static final int TENTH = 10;

  /**
   * Compares experts.
   *
   * @param files one for each expert, all of one kind
   * @param bins those of the files
   * @param rates for each file and density the drop rate of each bin
   */
  static ExpertComparison of(
      String kind, List<ScoreFile> files, List<ScoreBins> bins, double[][][] rates, double tau2) {
    List<String> names = ScoreFile.common(files);
    long partitions = names.stream().mapToLong(files.getFirst()::count).sum();
    int experts = files.size();
    int densities = rates[0].length;
    List<List<Distribution>> weights = new ArrayList<>();
    for (int p = 0; p < densities; p++) {
      List<Distribution> row = new ArrayList<>();
      files.forEach(_ -> row.add(new Distribution(experts)));
      weights.add(row);
    }
    List<String> labels = files.stream().map(ScoreFile::label).toList();
    double[][] collisions = new double[experts][experts];
    if (partitions == 0) {
      return new ExpertComparison(kind, labels, 0, collisions, weights);
    }
    long wanted = (partitions + TENTH - 1) / TENTH;
    List<TopPartitions> top =
        files.stream().map(file -> TopPartitions.of(file, names, wanted)).toList();
    double[] totals = new double[experts];
    for (int t = 0; t < experts; t++) {
      for (String name : names) {
        totals[t] += bins.get(t).byName().get(name);
      }
    }
    long[][] both = new long[experts][experts];
    float[][] values = new float[experts][ScoreFile.CHUNK];
    double[] shares = new double[experts];
    int[] keys = new int[experts];
    boolean[] taken = new boolean[experts];
    for (String name : names) {
      long size = files.getFirst().size(name);
      for (long from = 0; from < files.getFirst().count(name); ) {
        int length = 0;
        for (int t = 0; t < experts; t++) {
          length = files.get(t).read(name, from, values[t]);
        }
        for (int i = 0; i < length; i++) {
          for (int t = 0; t < experts; t++) {
            keys[t] = Density.key(values[t][i], size);
            taken[t] = top.get(t).takes(keys[t]);
            shares[t] = totals[t] > 0 ? values[t][i] / totals[t] : 0;
          }
          ExpertWeights.of(shares, tau2);
          for (int t = 0; t < experts; t++) {
            int slot = bins.get(t).slot(keys[t]);
            for (int p = 0; p < densities; p++) {
              weights.get(p).get(t).add(shares[t], size * (1 - rates[t][p][slot]));
            }
            for (int u = 0; u < experts; u++) {
              both[t][u] += taken[t] && taken[u] ? 1 : 0;
            }
          }
        }
        from += length;
      }
    }
    for (int t = 0; t < experts; t++) {
      for (int u = 0; u < experts; u++) {
        collisions[t][u] = (double) both[t][u] / wanted;
      }
    }
    return new ExpertComparison(kind, labels, partitions, collisions, weights);
  }
}
