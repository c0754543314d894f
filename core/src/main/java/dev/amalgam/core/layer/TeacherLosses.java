package dev.amalgam.core.layer;

import dev.amalgam.core.matrix.Scratch;

/**
 * How far what a head makes of last states is from what a teacher makes of its own.
 *
 * @param head the head
 * @param teacher the teacher's head
 * @param goal the teacher's last states, a row for each token of the batch
 * @param pass of the batch, not recorded
 */
record TeacherLosses(Head head, Head teacher, States goal, Pass pass) {

  /**
   * Returns for each {@linkplain Targets#taught target} the Kullback–Leibler divergence of the
   * prediction from the teacher's, in nats; where nothing is predicted, for each token the mean
   * square of the differences of its last state. Sums are float64, rounded once.
   */
  Losses of(States hidden) {
    return head.kind() == Targets.Kind.FEATURES ? squares(hidden) : divergences(hidden);
  }

  private Losses divergences(States hidden) {
    Losses losses = Losses.of(Targets.taught(head.kind(), pass.batch()));
    head.overBlocks(
        losses.targets(),
        (first, block) -> {
          int mark = pass.engine().memory().mark();
          Pass rows = pass.withRows(block);
          States logits = head.logits(hidden, block, rows).states();
          States wanted = teacher.logits(goal, block, rows).states();
          rows.overRows(
              logits.rows(),
              logits.width(),
              (scratch, from, to) -> {
                for (int row = from; row < to; row++) {
                  divergence(logits, wanted, row, first + row, losses, scratch);
                }
              });
          pass.engine().memory().release(mark);
        });
    return losses;
  }

  private static void divergence(
      States logits, States wanted, int row, int target, Losses losses, Scratch scratch) {
    int at = logits.at(row);
    float logSum = scratch.kernels().softmax().logSumExp(logits.data(), at, at + logits.width());
    losses.losses()[target] =
        (float) DistillationHead.divergence(logits, wanted, row, logSum, scratch);
    losses.predictions()[target] = Head.mostProbable(logits, row);
  }

  private Losses squares(States hidden) {
    Losses losses = Losses.of(Targets.tokens(pass.batch()));
    pass.overRows(
        hidden.rows(),
        hidden.width(),
        (_, from, to) -> {
          for (int row = from; row < to; row++) {
            double sum = 0;
            for (int i = 0; i < hidden.width(); i++) {
              double difference = hidden.data()[hidden.at(row) + i] - goal.data()[goal.at(row) + i];
              sum += difference * difference;
            }
            losses.losses()[row] = (float) (sum / hidden.width());
          }
        });
    return losses;
  }
}
