package dev.amalgam.core.layer;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Makes predictions of a model's last states, and their losses. Logits of a block of rows are all
 * that is ever held of them.
 *
 * @param kind what is predicted
 * @param summary of which states a text as a whole is predicted
 * @param transform applied to the states from which something is predicted
 * @param map maps to logits, one for each token of the vocabulary or each class; absent where
 *     nothing is predicted
 * @param after applied to the logits; has no parameters
 */
public record Head(
    Targets.Kind kind, Summary summary, Layer transform, Optional<Linear> map, Layer after) {

  // 16 Mi floats, 64 MiB: 524 rows of a vocabulary of 32,000, 128 of one of 128 Ki.
  private static final int LOGITS = 1 << 24;
  private static final int FEWEST_ROWS = 32;

  /** Creates a head whose logits are those that the decoder gives. */
  public Head(Targets.Kind kind, Layer transform, Linear decoder) {
    this(kind, transform, decoder, Sequence.of());
  }

  /** Creates a head that maps to logits, to which something is applied. */
  public Head(Targets.Kind kind, Layer transform, Linear decoder, Layer after) {
    this(kind, new Summary.First(), transform, Optional.of(decoder), after);
  }

  /** Returns the same head, which reads other states of a text. */
  public Head withSummary(Summary other) {
    return new Head(kind, other, transform, map, after);
  }

  /** Returns the head of a model whose last states are what it is for. */
  public static Head none() {
    return new Head(
        Targets.Kind.FEATURES, new Summary.First(), Sequence.of(), Optional.empty(), Sequence.of());
  }

  /**
   * Returns the map to logits.
   *
   * @throws ModelException if there is none
   */
  public Linear decoder() {
    return map.orElseThrow(
        () ->
            new ModelException(
                "this model predicts nothing, since it is an encoder without a task head"));
  }

  /** Is given logits as they are worked out. */
  public interface LogitsReader {
    /**
     * Reads logits, which are overwritten afterwards.
     *
     * @param first the number of the target to which row 0 belongs
     */
    void read(int first, States logits);
  }

  /**
   * What a backward pass through the head gives.
   *
   * @param losses those of the targets
   * @param gradient of the scaled sum of the losses, at the last states
   */
  public record Gradients(Losses losses, States gradient) {}

  /** Shows on what the parameters work, in the order of a forward pass. */
  public void inputs(InputVisitor visitor) {
    transform.inputs(visitor);
    map.ifPresent(decoder -> decoder.inputs(visitor));
  }

  /**
   * Shows the visitor of a pass on what the parameters work for all targets, block by block. No
   * logits are worked out.
   */
  public void show(States hidden, Pass pass) {
    overBlocks(
        Targets.all(kind, pass.batch()),
        (first, block) -> {
          int mark = pass.engine().memory().mark();
          Pass rows = pass.withRows(block);
          States input = transform.forward(summary.read(hidden, block, rows), rows).states();
          rows.showMaps(List.of(decoder()), input);
          pass.engine().memory().release(mark);
        });
  }

  /** Returns what the transform makes of the last states from which something is taught. */
  public States pooled(States hidden, Pass pass) {
    Targets targets = Targets.taught(kind, pass.batch());
    Pass rows = pass.withRows(targets);
    return transform.forward(summary.read(hidden, targets, rows), rows).states();
  }

  /** Shows the logits of these targets to a reader, block by block. */
  public void logits(States hidden, Targets targets, Pass pass, LogitsReader reader) {
    overBlocks(
        targets,
        (first, block) -> {
          int mark = pass.engine().memory().mark();
          Pass plain = pass.withRows(block);
          reader.read(first, logits(hidden, block, plain).states());
          pass.engine().memory().release(mark);
        });
  }

  /**
   * Returns the losses of the labelled targets.
   *
   * @throws ModelException if a label is no class or no token
   */
  public Losses losses(States hidden, Pass pass) {
    Targets targets = labelled(pass);
    Losses losses = Losses.of(targets.asked(pass.batch()));
    Objective objective = kind.objective();
    overBlocks(
        targets,
        (first, block) -> {
          int mark = pass.engine().memory().mark();
          Pass blockPass = pass.withRows(block);
          States logits = logits(hidden, block, blockPass).states();
          LogitRows rows = new LogitRows(logits, block, pass);
          rows.run(
              pass,
              (scratch, number) -> {
                States states = rows.states(number);
                int row = rows.row(number);
                float normalizer = objective.normalizer(states, row, scratch);
                objective.evaluate(states, row, normalizer, first + number, losses);
              });
          pass.engine().memory().release(mark);
        });
    return losses;
  }

  /**
   * Returns the losses of the labelled targets and the gradient of their scaled sum, having shown
   * the visitor what concerns the head's parameters.
   *
   * @param pass a recording one
   * @throws ModelException if a label is no class or no token
   */
  public Gradients gradients(States hidden, LossScale scale, Pass pass, GradientVisitor visitor) {
    Targets targets = labelled(pass);
    Targets asked = targets.asked(pass.batch());
    Losses losses = Losses.of(asked);
    float[] factors = new float[asked.count()];
    for (int example = 0; example + 1 < asked.starts().length; example++) {
      for (int i = asked.starts()[example]; i < asked.starts()[example + 1]; i++) {
        factors[i] = scale.factor(asked, example);
      }
    }
    Objective objective = kind.objective();
    States gradient = pass.zeros(hidden.rows(), hidden.width());
    overBlocks(
        targets,
        (first, block) -> {
          int mark = pass.engine().memory().mark();
          Pass blockPass = pass.withRows(block);
          Output output = logits(hidden, block, blockPass);
          LogitRows rows = new LogitRows(output.states(), block, pass);
          rows.run(
              pass,
              (scratch, number) -> {
                States states = rows.states(number);
                int row = rows.row(number);
                int target = first + number;
                float normalizer = objective.normalizer(states, row, scratch);
                objective.evaluate(states, row, normalizer, target, losses);
                // The logits make place for their gradient.
                objective.differentiate(
                    states, row, normalizer, asked, target, factors[target], scratch);
              });
          States back = output.backward().apply(rows.back(), visitor);
          summary.addBack(back, block, gradient, pass);
          pass.engine().memory().release(mark);
        });
    return new Gradients(losses, gradient);
  }

  /**
   * Returns how far the predictions and states of a batch are from a teacher's, and the gradient of
   * that, having shown the visitor what concerns the head's parameters.
   *
   * @param pass a recording one
   */
  public Distillation.Gradients distill(
      States hidden, Distillation wanted, Pass pass, GradientVisitor visitor) {
    return new DistillationHead(this, wanted, hidden, pass, visitor).run(hidden);
  }

  /**
   * Returns how far predictions, or where nothing is predicted the last states, are from a
   * teacher's: for each {@linkplain Targets#taught target} the divergence in nats, or for each
   * token the mean square of the differences.
   *
   * @param teacher the teacher's head
   * @param goal the teacher's last states, a row for each token of the batch
   */
  public Losses distances(States hidden, Head teacher, States goal, Pass pass) {
    return new TeacherLosses(this, teacher, goal, pass).of(hidden);
  }

  private Targets labelled(Pass pass) {
    Targets targets = Targets.labelled(kind, pass.batch());
    Targets asked = targets.asked(pass.batch());
    int outputs = decoder().outputs();
    for (int i = 0; i < asked.count(); i++) {
      if (kind.isOfNumbers()) {
        checkNumbers(asked.numbers()[i].length, outputs);
      } else {
        checkLabel(asked.labels()[i], kind == Targets.Kind.SPAN ? length(asked, i, pass) : outputs);
      }
    }
    return targets;
  }

  /** Returns the number of tokens of the text that something is asked of. */
  private static int length(Targets asked, int target, Pass pass) {
    int example = Arrays.binarySearch(pass.batch().starts(), asked.rows()[target]);
    return pass.batch().examples().get(example).length();
  }

  private void checkLabel(int label, int count) {
    if (label < 0 || label >= count) {
      String noun =
          switch (kind) {
            case CLASS, TAG -> "classes of this model";
            case SPAN -> "tokens of its text";
            default -> "tokens of this model";
          };
      throw new ModelException("label %d is not one of the %d %s".formatted(label, count, noun));
    }
  }

  private static void checkNumbers(int count, int outputs) {
    if (count != outputs) {
      throw new ModelException(
          "an example has %d numbers, but this model gives %d".formatted(count, outputs));
    }
  }

  /** Some of the targets. */
  interface Block {
    /**
     * Works on them.
     *
     * @param first the number of the first
     */
    void run(int first, Targets targets);
  }

  /** Works on all targets, as many at a time as there is room for logits of. */
  void overBlocks(Targets targets, Block block) {
    int most = Math.max(FEWEST_ROWS, LOGITS / Math.max(1, decoder().outputs()));
    // A text's tokens are looked at together where an answer is sought among them.
    int rows = kind == Targets.Kind.SPAN ? Math.max(1, targets.count()) : most;
    for (int first = 0; first < targets.count(); first += rows) {
      int end = Math.min(targets.count(), first + rows);
      block.run(first, targets.range(first, end));
    }
  }

  /** Returns the logits of some targets. */
  Output logits(States hidden, Targets block, Pass pass) {
    return Sequence.of(transform, decoder(), after)
        .forward(summary.read(hidden, block, pass), pass);
  }

  /** Returns the logits of what the transform made. */
  Output decode(States transformed, Pass pass) {
    return Sequence.of(decoder(), after).forward(transformed, pass);
  }

  /** Returns the index of the largest value of a row, the first of equals. */
  public static int mostProbable(States logits, int row) {
    int at = logits.at(row);
    int best = 0;
    for (int i = 1; i < logits.width(); i++) {
      if (logits.data()[at + i] > logits.data()[at + best]) {
        best = i;
      }
    }
    return best;
  }
}
