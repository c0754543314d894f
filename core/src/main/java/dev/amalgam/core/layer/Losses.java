package dev.amalgam.core.layer;

import java.util.Arrays;

/**
 * What came out of a batch: for each target, in the order of {@link Targets}, its loss and what the
 * model would have predicted.
 *
 * @param targets the targets
 * @param losses the cross-entropy of each, in nats, or of numbers the mean square of the errors
 * @param predictions the most probable class or token of each, the first of equals
 * @param outputs the logits of each where these are {@linkplain Targets.Kind#isOfNumbers numbers};
 *     else none
 */
public record Losses(Targets targets, float[] losses, int[] predictions, float[][] outputs) {

  /** Returns losses of zero. */
  static Losses of(Targets targets) {
    int count = targets.count();
    boolean kept = targets.kind().isOfNumbers();
    return new Losses(targets, new float[count], new int[count], new float[kept ? count : 0][0]);
  }

  /** Returns the number of targets of an example. */
  public int count(int example) {
    return targets.starts()[example + 1] - targets.starts()[example];
  }

  /** Returns the sum of the losses of an example's targets, in float64 and ascending order. */
  public double sum(int example) {
    double sum = 0;
    for (int i = targets.starts()[example]; i < targets.starts()[example + 1]; i++) {
      sum += losses[i];
    }
    return sum;
  }

  /** Returns the mean loss of an example's targets; NaN if it has none. */
  public double mean(int example) {
    return sum(example) / count(example);
  }

  /** Returns the mean loss of each example. */
  public double[] means() {
    double[] means = new double[targets.starts().length - 1];
    Arrays.setAll(means, this::mean);
    return means;
  }

  /** Returns how many of an example's targets are predicted right. */
  public int correct(int example) {
    int correct = 0;
    for (int i = targets.starts()[example]; i < targets.starts()[example + 1]; i++) {
      if (targets.kind().objective().isRight(this, i)) {
        correct++;
      }
    }
    return correct;
  }
}
