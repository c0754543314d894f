package dev.amalgam.core.layer;

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
    Targets targets = Targets.taught(head.kind(), pass.batch());
    Losses losses = Losses.of(targets.asked(pass.batch()));
    Objective objective = head.kind().objective();
    head.overBlocks(
        targets,
        (first, block) -> {
          int mark = pass.engine().memory().mark();
          Pass rows = pass.withRows(block);
          LogitRows logits = new LogitRows(head.logits(hidden, block, rows).states(), block, rows);
          LogitRows wanted = new LogitRows(teacher.logits(goal, block, rows).states(), block, rows);
          logits.run(
              rows,
              (scratch, number) -> {
                States own = logits.states(number);
                int row = logits.row(number);
                float normalizer = objective.normalizer(own, row, scratch);
                losses.losses()[first + number] =
                    (float)
                        objective.divergence(own, wanted.states(number), row, normalizer, scratch);
                losses.predictions()[first + number] = Head.mostProbable(own, row);
              });
          pass.engine().memory().release(mark);
        });
    return losses;
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
