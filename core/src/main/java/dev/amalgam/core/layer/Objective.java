package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.SoftmaxKernels;
import dev.amalgam.core.matrix.Scratch;
import java.util.stream.IntStream;

/** How a row of logits is held against what is right, and against a teacher's. */
interface Objective {

  /** One of the logits is right: their cross-entropy, in nats. */
  Objective ONE = new One();

  /** Any of the logits may be right: the mean of their binary cross-entropies, in nats. */
  Objective ANY = new Each(new Any());

  /** The logits are numbers: the mean square of their errors. */
  Objective NUMBERS = new Each(new Numbers());

  /** Returns what the others must know of a whole row. */
  float normalizer(States logits, int row, Scratch scratch);

  /** Notes the loss of a target and what is predicted. */
  void evaluate(States logits, int row, float normalizer, int target, Losses losses);

  /** Returns whether what was predicted is right, which numbers never are. */
  boolean isRight(Losses losses, int target);

  /** Puts the gradient of a target's loss, times a factor, in place of the logits. */
  void differentiate(
      States logits,
      int row,
      float normalizer,
      Targets targets,
      int target,
      float factor,
      Scratch scratch);

  /**
   * Returns how far a row is from a teacher's, and puts what the teacher predicts in place of its
   * logits.
   */
  double divergence(States logits, States goal, int row, float normalizer, Scratch scratch);

  /** Puts the gradient of that, times a factor, in place of the logits. */
  void differentiate(
      States logits, States goal, int row, float normalizer, float factor, Scratch scratch);

  /** See {@link #ONE}. */
  final class One implements Objective {
    @Override
    public float normalizer(States logits, int row, Scratch scratch) {
      int at = logits.at(row);
      return scratch.kernels().softmax().logSumExp(logits.data(), at, at + logits.width());
    }

    @Override
    public void evaluate(States logits, int row, float logSum, int target, Losses losses) {
      int label = losses.targets().labels()[target];
      losses.losses()[target] = logSum - logits.data()[logits.at(row) + label];
      losses.predictions()[target] = Head.mostProbable(logits, row);
    }

    @Override
    public boolean isRight(Losses losses, int target) {
      return losses.predictions()[target] == losses.targets().labels()[target];
    }

    @Override
    public void differentiate(
        States logits,
        int row,
        float logSum,
        Targets targets,
        int target,
        float factor,
        Scratch scratch) {
      int at = logits.at(row);
      scratch
          .kernels()
          .softmax()
          .probabilities(logits.data(), at, at + logits.width(), logSum, factor);
      logits.data()[at + targets.labels()[target]] -= factor;
    }

    @Override
    public double divergence(States logits, States goal, int row, float logSum, Scratch scratch) {
      SoftmaxKernels softmax = scratch.kernels().softmax();
      int width = logits.width();
      float[] q = logits.data();
      float[] p = goal.data();
      int at = logits.at(row);
      int pAt = goal.at(row);
      float goalLogSum = softmax.logSumExp(p, pAt, pAt + width);
      float[] difference = scratch.spare(0, width);
      for (int i = 0; i < width; i++) {
        difference[i] = p[pAt + i] - q[at + i];
      }
      softmax.probabilities(p, pAt, pAt + width, goalLogSum, 1);
      // In float64: what differs little is a small difference of large terms.
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += (double) p[pAt + i] * difference[i];
      }
      return sum - goalLogSum + logSum;
    }

    @Override
    public void differentiate(
        States logits, States goal, int row, float logSum, float factor, Scratch scratch) {
      int at = logits.at(row);
      int pAt = goal.at(row);
      scratch
          .kernels()
          .softmax()
          .probabilities(logits.data(), at, at + logits.width(), logSum, factor);
      for (int i = 0; i < logits.width(); i++) {
        logits.data()[at + i] -= factor * goal.data()[pAt + i];
      }
    }
  }

  /** What is worked out of a logit by itself, in float64. */
  interface Terms {

    /** Returns the loss of a logit. */
    double loss(double logit, double right);

    /** Returns what is predicted by a logit. */
    double predicted(double logit);

    /** Returns the loss's derivative. */
    double slope(double predicted, double right);

    /** Returns how far a logit is from a teacher's. */
    double divergence(double logit, double teacher);

    /** Returns whether a logit predicts what is right. */
    boolean isRight(double logit, double right);
  }

  /**
   * The mean of terms of which each logit has one.
   *
   * @param terms the terms
   */
  record Each(Terms terms) implements Objective {

    @Override
    public float normalizer(States logits, int row, Scratch scratch) {
      return 0;
    }

    @Override
    public void evaluate(States logits, int row, float none, int target, Losses losses) {
      float[] right = losses.targets().numbers()[target];
      float[] own = new float[logits.width()];
      double sum = 0;
      for (int i = 0; i < own.length; i++) {
        own[i] = logits.data()[logits.at(row) + i];
        sum += terms.loss(own[i], right[i]);
      }
      losses.losses()[target] = (float) (sum / own.length);
      losses.outputs()[target] = own;
    }

    @Override
    public void differentiate(
        States logits,
        int row,
        float none,
        Targets targets,
        int target,
        float factor,
        Scratch scratch) {
      float[] right = targets.numbers()[target];
      differentiate(logits, row, factor, i -> right[i]);
    }

    @Override
    public double divergence(States logits, States goal, int row, float none, Scratch scratch) {
      double sum = 0;
      for (int i = 0; i < logits.width(); i++) {
        float teacher = goal.data()[goal.at(row) + i];
        sum += terms.divergence(logits.data()[logits.at(row) + i], teacher);
        goal.data()[goal.at(row) + i] = (float) terms.predicted(teacher);
      }
      return sum / logits.width();
    }

    @Override
    public void differentiate(
        States logits, States goal, int row, float none, float factor, Scratch scratch) {
      differentiate(logits, row, factor, i -> goal.data()[goal.at(row) + i]);
    }

    @Override
    public boolean isRight(Losses losses, int target) {
      float[] own = losses.outputs()[target];
      float[] right = losses.targets().numbers()[target];
      return IntStream.range(0, own.length).allMatch(i -> terms.isRight(own[i], right[i]));
    }

    private interface Right {
      float of(int output);
    }

    private void differentiate(States logits, int row, float factor, Right right) {
      for (int i = 0; i < logits.width(); i++) {
        int at = logits.at(row) + i;
        double slope = terms.slope(terms.predicted(logits.data()[at]), right.of(i));
        logits.data()[at] = (float) (factor * slope / logits.width());
      }
    }
  }

  /** See {@link #ANY}. */
  final class Any implements Terms {

    private static double softplus(double x) {
      return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
    }

    @Override
    public double loss(double logit, double right) {
      return softplus(logit) - logit * right;
    }

    @Override
    public double predicted(double logit) {
      return 1 / (1 + StrictMath.exp(-logit));
    }

    @Override
    public double slope(double predicted, double right) {
      return predicted - right;
    }

    @Override
    public double divergence(double logit, double teacher) {
      return predicted(teacher) * (teacher - logit) + softplus(logit) - softplus(teacher);
    }

    @Override
    public boolean isRight(double logit, double right) {
      return logit > 0 == right > 0.5;
    }
  }

  /** See {@link #NUMBERS}. */
  final class Numbers implements Terms {
    @Override
    public double loss(double logit, double right) {
      return (logit - right) * (logit - right);
    }

    @Override
    public double predicted(double logit) {
      return logit;
    }

    @Override
    public double slope(double predicted, double right) {
      return 2 * (predicted - right);
    }

    @Override
    public double divergence(double logit, double teacher) {
      return loss(logit, teacher);
    }

    @Override
    public boolean isRight(double logit, double right) {
      return false;
    }
  }
}
