package dev.amalgam.core.layer;

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
  // One for each thing asked, each target and each token: summed in their order.
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
    Targets targets = Targets.taught(head.kind(), pass.batch());
    this.divergences = new double[targets.asked(pass.batch()).count()];
    this.pooled = new double[targets.count()];
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
      LogitRows logits = new LogitRows(output.states(), block, pass);
      compare(logits, new LogitRows(teacher.decode(goal, plain).states(), block, pass), first);
      back = output.backward().apply(logits.back(), visitor);
    }
    if (wanted.pooled() != 0) {
      difference(transformed.states(), goal, wanted.pooled(), back, pooled, first);
    }
    head.summary().addBack(transformed.backward().apply(back, visitor), block, gradient, rows);
  }

  /** Puts the gradient of the divergences in place of the model's logits. */
  private void compare(LogitRows logits, LogitRows goal, int first) {
    Objective objective = head.kind().objective();
    logits.run(
        pass,
        (scratch, number) -> {
          States own = logits.states(number);
          States right = goal.states(number);
          int row = logits.row(number);
          float normalizer = objective.normalizer(own, row, scratch);
          divergences[first + number] = objective.divergence(own, right, row, normalizer, scratch);
          objective.differentiate(own, right, row, normalizer, wanted.prediction(), scratch);
        });
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
