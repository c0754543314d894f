package dev.amalgam.core.evidence;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.Losses;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.model.ModelRunner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How well logits tell classes apart, however sure they are: the mean cross-entropy where all
 * logits are divided by one temperature, the best for them (Guo et al., "On Calibration of Modern
 * Neural Networks", ICML 2017). A merged classifier is less sure of its classes than an expert, or
 * too sure, which changes its loss and not what it answers; this loss it does not change.
 */
public final class TemperatureScaling {

  // Of the inverse temperature, in powers of e: from 1/20 to 20.
  private static final double LEAST = -3;
  private static final double MOST = 3;
  private static final int STEPS = 50;

  /**
   * A prediction.
   *
   * @param wanted the logit of the right class; the mean of the logits, if each is right with some
   *     probability
   */
  private record Prediction(float[] logits, double wanted) {

    /** Returns the cross-entropy, the logits multiplied by {@code factor}. */
    double loss(double factor) {
      double greatest = Double.NEGATIVE_INFINITY;
      for (float logit : logits) {
        greatest = Math.max(greatest, logit * factor);
      }
      double sum = 0;
      for (float logit : logits) {
        sum += StrictMath.exp(logit * factor - greatest);
      }
      return greatest + StrictMath.log(sum) - wanted * factor;
    }
  }

  private final List<Prediction> predictions = new ArrayList<>();

  /** Begins with no prediction. */
  public TemperatureScaling() {}

  /**
   * Takes a prediction in.
   *
   * @param logits one for each class, copied
   * @param label the right class
   */
  public void add(float[] logits, int label) {
    predictions.add(new Prediction(logits.clone(), logits[label]));
  }

  /**
   * Takes a prediction in of which another model says what is right.
   *
   * @param logits one for each class, copied
   * @param teacher the other's; each class is right with the probability that they give it
   */
  public void add(float[] logits, float[] teacher) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (float logit : teacher) {
      greatest = Math.max(greatest, logit);
    }
    double sum = 0;
    double wanted = 0;
    for (int i = 0; i < teacher.length; i++) {
      double share = StrictMath.exp(teacher[i] - greatest);
      sum += share;
      wanted += share * logits[i];
    }
    predictions.add(new Prediction(logits.clone(), wanted / sum));
  }

  /**
   * Returns the losses of a batch of a classifier, and takes its predictions in.
   *
   * @param runner of a model that predicts classes
   */
  public Losses losses(ModelRunner runner, Batch batch) {
    List<float[]> logits = new ArrayList<>();
    Losses losses = losses(runner, batch, logits);
    int[] labels = Targets.all(Targets.Kind.CLASS, batch).labels();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] != Example.IGNORED) {
        add(logits.get(i), labels[i]);
      }
    }
    return losses;
  }

  /** Returns the logits of each example of a classifier. */
  static List<float[]> logits(ModelRunner runner, List<Batch> batches) {
    List<float[]> logits = new ArrayList<>();
    batches.forEach(batch -> losses(runner, batch, logits));
    return logits;
  }

  private static Losses losses(ModelRunner runner, Batch batch, List<float[]> logits) {
    return runner.losses(
        batch,
        (_, block) -> {
          for (int row = 0; row < block.rows(); row++) {
            int at = block.at(row);
            logits.add(Arrays.copyOfRange(block.data(), at, at + block.width()));
          }
        });
  }

  /**
   * Returns the mean cross-entropy at the best temperature from 1/20 to 20, in nats; NaN of
   * nothing, and where a logit is none. The mean is convex in the inverse temperature, so cutting
   * the range in three finds the best.
   */
  public double loss() {
    double low = LEAST;
    double high = MOST;
    for (int step = 0; step < STEPS; step++) {
      double third = (high - low) / 3;
      if (mean(low + third) < mean(high - third)) {
        high -= third;
      } else {
        low += third;
      }
    }
    return mean(low + (high - low) / 2);
  }

  private double mean(double logFactor) {
    double factor = StrictMath.exp(logFactor);
    double sum = 0;
    for (Prediction prediction : predictions) {
      sum += prediction.loss(factor);
    }
    return sum / predictions.size();
  }
}
