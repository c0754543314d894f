package dev.amalgam.core.importance;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The scores of one expert's partitions, up to the level of rows and columns: those of the examples
 * at hand, and the sums over all examples before. Sums are float64.
 */
final class ScoreTable {

  private final Partitions partitions;
  private final Aggregate aggregate;
  private final Map<String, double[]> sums = new LinkedHashMap<>();
  private final Map<String, double[][]> current = new LinkedHashMap<>();
  private final Map<String, double[]> exampleScores = new LinkedHashMap<>();
  private final int examples;
  private int done;

  /**
   * Creates a table of zeros.
   *
   * @param examples how many there will be
   */
  ScoreTable(Partitions partitions, Aggregate aggregate, int examples) {
    this.partitions = partitions;
    this.aggregate = aggregate;
    this.examples = examples;
    partitions.counts().forEach((key, count) -> sums.put(key, new double[Math.toIntExact(count)]));
    partitions
        .tensors()
        .forEach(tensor -> exampleScores.put(partitions.scoreName(tensor), new double[examples]));
  }

  Partitions partitions() {
    return partitions;
  }

  /** Starts a batch. */
  void begin(int batchExamples) {
    sums.forEach((key, sum) -> current.put(key, new double[batchExamples][sum.length]));
  }

  /**
   * Returns the scores of a key's partitions for an example of the batch, to be added to. Different
   * tensors may share them.
   */
  double[] of(String key, int example) {
    return current.get(key)[example];
  }

  /** Adds to the score of all elements of a tensor for an example of the batch. */
  void addToTensor(String tensor, int example, double score) {
    exampleScores.get(partitions.scoreName(tensor))[done + example] += score;
  }

  /** Ends a batch, and takes its scores into the sums, multiplied by {@code factor}. */
  void fold(double factor) {
    int batch = 0;
    for (Map.Entry<String, double[][]> entry : current.entrySet()) {
      double[] sum = sums.get(entry.getKey());
      batch = entry.getValue().length;
      for (double[] scores : entry.getValue()) {
        for (int i = 0; i < sum.length; i++) {
          sum[i] += aggregate.term(scores[i] * factor);
        }
      }
    }
    for (double[] scores : exampleScores.values()) {
      for (int i = done; i < done + batch; i++) {
        scores[i] *= factor;
      }
    }
    done += batch;
  }

  /** Returns the importance of a key's partitions over all examples. */
  float[] importance(String key) {
    double[] sum = sums.get(key);
    float[] importance = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      importance[i] = (float) aggregate.importance(sum[i], examples);
    }
    return importance;
  }

  Map<String, double[]> exampleScores() {
    return exampleScores;
  }
}
