package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.SoftmaxKernels;
import dev.amalgam.core.matrix.Scratch;

/**
 * Works out a {@link Distillation} and its gradient at the last states. Logits of a block of rows,
 * the model's and the teacher's, are all that is held of them.
 */
final class DistillationHead {

  private final Head head;
  private final Distillation wanted;
  private final Pass pass;
  private final GradientVisitor visitor;
  private final States gradient;
  // One for each target, and one for each token: summed in their order.
  private final double[] divergences;
  private final double[] pooled;
  private final double[] squares;

  /**
   * Prepares the loss of a batch.
   *
   * @param pass a recording one
   */
  DistillationHead(
      Head head, Distillation wanted, States hidden, Pass pass, GradientVisitor visitor) {
    this.head = head;
    this.wanted = wanted;
    this.pass = pass;
    this.visitor = visitor;
    this.gradient = pass.zeros(hidden.rows(), hidden.width());
    int targets = Targets.taught(head.kind(), pass.batch()).count();
    this.divergences = new double[targets];
    this.pooled = new double[targets];
    this.squares = new double[hidden.rows()];
  }

  /** Returns the loss and its gradient. */
  Distillation.Gradients run(States hidden) {
    if (wanted.prediction() != 0 || wanted.pooled() != 0) {
      head.overBlocks(
          Targets.taught(head.kind(), pass.batch()),
          (first, block) -> {
            int mark = pass.engine().memory().mark();
            ofBlock(hidden, first, block);
            pass.engine().memory().release(mark);
          });
    }
    if (wanted.state() != 0) {
      difference(hidden, wanted.states(), wanted.state(), gradient, squares, 0);
    }
    return new Distillation.Gradients(
        wanted.prediction() * sum(divergences)
            + wanted.state() * sum(squares)
            + wanted.pooled() * sum(pooled),
        gradient);
  }

  private void ofBlock(States hidden, int first, Targets block) {
    Pass rows = pass.withRows(block);
    Pass plain = rows.unrecorded();
    Head teacher = wanted.teacher();
    Output transformed = head.transform().forward(head.summary().read(hidden, block, rows), rows);
    States goal =
        teacher
            .transform()
            .forward(teacher.summary().read(wanted.states(), block, plain), plain)
            .states();
    States back;
    if (wanted.prediction() == 0) {
      back = rows.zeros(transformed.states().rows(), transformed.states().width());
    } else {
      Output output = head.decode(transformed.states(), rows);
      compare(output.states(), teacher.decode(goal, plain).states(), first);
      back = output.backward().apply(output.states(), visitor);
    }
    if (wanted.pooled() != 0) {
      difference(transformed.states(), goal, wanted.pooled(), back, pooled, first);
    }
    head.summary().addBack(transformed.backward().apply(back, visitor), block, gradient, rows);
  }

  /** Puts the gradient of the divergences in place of the model's logits. */
  private void compare(States logits, States goal, int first) {
    pass.overRows(
        logits.rows(),
        logits.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            divergences[first + row] = compare(logits, goal, row, scratch);
          }
        });
  }

  private double compare(States logits, States goal, int row, Scratch scratch) {
    SoftmaxKernels softmax = scratch.kernels().softmax();
    int width = logits.width();
    float[] q = logits.data();
    int at = logits.at(row);
    float logSum = softmax.logSumExp(q, at, at + width);
    double divergence = divergence(logits, goal, row, logSum, scratch);
    float factor = wanted.prediction();
    softmax.probabilities(q, at, at + width, logSum, factor);
    float[] p = goal.data();
    int pAt = goal.at(row);
    for (int i = 0; i < width; i++) {
      q[at + i] -= factor * p[pAt + i];
    }
    return divergence;
  }

  /**
   * Returns the divergence of a row of logits from a teacher's, and puts the teacher's
   * probabilities in place of its logits.
   *
   * @param logSum the logarithm of the sum of the exponentials of the row of logits
   */
  static double divergence(States logits, States goal, int row, float logSum, Scratch scratch) {
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

  /** Adds the gradient of squares of differences, and notes their sums by row. */
  private void difference(
      States x, States goal, float factor, States into, double[] sums, int first) {
    float twice = 2 * factor;
    pass.overRows(
        x.rows(),
        x.width(),
        (_, from, to) -> {
          for (int row = from; row < to; row++) {
            double sum = 0;
            for (int i = 0; i < x.width(); i++) {
              float d = x.data()[x.at(row) + i] - goal.data()[goal.at(row) + i];
              sum += (double) d * d;
              into.data()[into.at(row) + i] += twice * d;
            }
            sums[first + row] = sum;
          }
        });
  }

  private static double sum(double[] terms) {
    double sum = 0;
    for (double term : terms) {
      sum += term;
    }
    return sum;
  }
}
