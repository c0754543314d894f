package dev.amalgam.core.layer;

import dev.amalgam.core.matrix.Scratch;
import java.util.ArrayList;
import java.util.List;

/**
 * The logits of some targets as rows of which each is held against one thing that is right. Of
 * {@link Targets.Kind#SPAN} these are two rows for each text, one over its tokens as the answer's
 * first and one as its last; of all others the logits as they are.
 */
final class LogitRows {

  private final States logits;
  private final Targets targets;
  private final List<States> spans = new ArrayList<>();

  /** Works on a row. */
  interface Work {
    /**
     * Works on it.
     *
     * @param number its number among the {@linkplain Targets#asked what is asked}, from 0
     */
    void run(Scratch scratch, int number);
  }

  LogitRows(States logits, Targets targets, Pass pass) {
    this.logits = logits;
    this.targets = targets;
    if (targets.kind() == Targets.Kind.SPAN) {
      for (int e = 0; e + 1 < targets.starts().length; e++) {
        int from = targets.starts()[e];
        int length = targets.starts()[e + 1] - from;
        if (length > 0) {
          States span = pass.states(2, length);
          for (int token = 0; token < length; token++) {
            span.data()[span.at(0) + token] = logits.data()[logits.at(from + token)];
            span.data()[span.at(1) + token] = logits.data()[logits.at(from + token) + 1];
          }
          spans.add(span);
        }
      }
    }
  }

  private boolean isSpans() {
    return targets.kind() == Targets.Kind.SPAN;
  }

  /** Returns the states among which a row is. */
  States states(int number) {
    return isSpans() ? spans.get(number / 2) : logits;
  }

  /** Returns which of these states it is. */
  int row(int number) {
    return isSpans() ? number % 2 : number;
  }

  /** Works on all rows, shared out among the workers where that is worth it. */
  void run(Pass pass, Work work) {
    int count = isSpans() ? 2 * spans.size() : logits.rows();
    int width = isSpans() ? logits.rows() / Math.max(1, spans.size()) : logits.width();
    pass.overRows(
        count,
        width,
        (scratch, from, to) -> {
          for (int number = from; number < to; number++) {
            work.run(scratch, number);
          }
        });
  }

  /** Returns what was made of the rows, in the place of the logits. */
  States back() {
    int row = logits.at(0);
    for (States span : spans) {
      for (int token = 0; token < span.width(); token++) {
        logits.data()[row++] = span.data()[span.at(0) + token];
        logits.data()[row++] = span.data()[span.at(1) + token];
      }
    }
    return logits;
  }
}
