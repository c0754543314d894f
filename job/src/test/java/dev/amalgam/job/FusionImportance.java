package dev.amalgam.job;

import java.util.Arrays;

/**
 * The importance by which arcee_fusion chooses, straight from its definition, and which entries it
 * leaves open: the KL of a row is a sum of terms near 1e-8 to 1e-2 that nearly cancel, and in
 * float32 it is off by up to an ulp of 1 or so. An error of that size in the KL of an entry's row
 * and in that of the entries at the quartiles can move the entry across the threshold.
 */
final class FusionImportance {

  private static final double KL_ERROR = 0x1p-23;
  private static final double EPSILON = 1e-8;

  private final double[] distances;
  private final double[] importance;
  private final double threshold;
  private final double thresholdDistance;

  FusionImportance(float[] model, float[] base, int row) {
    distances = new double[model.length];
    importance = new double[model.length];
    for (int start = 0; start < model.length; start += row) {
      double[] p = softmax(Arrays.copyOfRange(model, start, start + row));
      double[] q = softmax(Arrays.copyOfRange(base, start, start + row));
      double divergence = 0;
      for (int i = 0; i < row; i++) {
        divergence += (p[i] + EPSILON) * Math.log((p[i] + EPSILON) / (q[i] + EPSILON));
      }
      for (int i = start; i < start + row; i++) {
        distances[i] = Math.abs(model[i] - base[i]);
        importance[i] = distances[i] * divergence;
      }
    }
    threshold = threshold(importance);
    thresholdDistance = threshold(distances);
  }

  boolean isOpen(int i) {
    return Math.abs(importance[i] - threshold) <= KL_ERROR * (distances[i] + thresholdDistance);
  }

  private static double threshold(double[] x) {
    double[] sorted = x.clone();
    Arrays.sort(sorted);
    int last = x.length - 1;
    return sorted[last / 2] + 1.5 * (sorted[3 * last / 4] - sorted[last / 4]);
  }

  private static double[] softmax(float[] row) {
    double[] powers = new double[row.length];
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      powers[i] = Math.exp(row[i]);
      sum += powers[i];
    }
    for (int i = 0; i < row.length; i++) {
      powers[i] /= sum;
    }
    return powers;
  }
}
