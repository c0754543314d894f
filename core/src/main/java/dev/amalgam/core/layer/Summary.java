package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.Elementwise;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which states a head reads that predicts something of a text as a whole, whose {@linkplain Targets
 * target} is the text's first row.
 */
public sealed interface Summary {

  /** The state of the target itself, whatever it is. */
  record First() implements Summary {
    @Override
    public int[] rows(int target, Batch batch) {
      return new int[] {target};
    }
  }

  /**
   * The state of the last token that is no padding; of the first, if all are.
   *
   * @param padding the padding token; −1 if there is none
   */
  record Last(int padding) implements Summary {
    @Override
    public int[] rows(int target, Batch batch) {
      int[] ids = example(target, batch).inputIds();
      int last = ids.length - 1;
      while (last > 0 && ids[last] == padding) {
        last--;
      }
      return new int[] {target + (ids[last] == padding ? 0 : last)};
    }
  }

  /** The mean of the states of all tokens that others may attend to; 0 if there are none. */
  record Mean() implements Summary {
    @Override
    public int[] rows(int target, Batch batch) {
      Example example = example(target, batch);
      return IntStream.range(0, example.length())
          .filter(example::isAttended)
          .map(token -> target + token)
          .toArray();
    }
  }

  /** Returns the rows whose mean belongs to a target, ascending. */
  int[] rows(int target, Batch batch);

  /**
   * Returns the states that belong to some targets, a row for each: sums in the order of the
   * tokens, divided by their number.
   *
   * @param states the last states, a row for each token of the batch
   */
  default States read(States states, Targets targets, Pass pass) {
    States read = pass.states(targets.count(), states.width());
    for (int target = 0; target < targets.count(); target++) {
      int[] rows = rows(targets.rows()[target], pass.batch());
      int at = read.at(target);
      Arrays.fill(read.data(), at, at + read.width(), 0);
      for (int i = 0; i < rows.length; i++) {
        int from = states.at(rows[i]);
        if (i == 0) {
          System.arraycopy(states.data(), from, read.data(), at, read.width());
        } else {
          Elementwise.add(read.data(), at, states.data(), from, read.width());
        }
      }
      divide(read, target, rows.length);
    }
    return read;
  }

  /**
   * Adds gradients to those of the states they belong to: the way back from {@link #read}.
   *
   * @param gradients a row for each target; overwritten
   */
  default void addBack(States gradients, Targets targets, States sums, Pass pass) {
    for (int target = 0; target < targets.count(); target++) {
      int[] rows = rows(targets.rows()[target], pass.batch());
      divide(gradients, target, rows.length);
      for (int row : rows) {
        Elementwise.add(
            sums.data(), sums.at(row), gradients.data(), gradients.at(target), sums.width());
      }
    }
  }

  private static void divide(States states, int row, int count) {
    for (int i = states.at(row); count > 1 && i < states.at(row) + states.width(); i++) {
      states.data()[i] /= count;
    }
  }

  private static Example example(int target, Batch batch) {
    return batch.examples().get(Arrays.binarySearch(batch.starts(), target));
  }
}
