package dev.amalgam.io.regex;

import java.util.List;

/** A part of a regular expression. */
sealed interface Node {

  /** One code point of a set. */
  record One(CodePointSet set) implements Node {}

  /** Parts one after the other; none is the empty expression. */
  record Sequence(List<Node> parts) implements Node {}

  /** Alternatives, of which the first that leads to a match is taken. */
  record Choice(List<Node> alternatives) implements Node {}

  /**
   * A part repeated.
   *
   * @param most {@link #UNLIMITED} for any number
   */
  record Repeat(Node part, int least, int most, Greed greed) implements Node {}

  /** A part matched once and for all: what comes after cannot make it match otherwise. */
  record Atomic(Node part) implements Node {}

  /** A condition on what follows. */
  record Ahead(Node part, boolean negative) implements Node {}

  /**
   * A condition on what precedes.
   *
   * @param length how many code points the part matches
   */
  record Behind(Node part, int length, boolean negative) implements Node {}

  /** A condition on the place. */
  record Place(Kind kind) implements Node {}

  int UNLIMITED = Integer.MAX_VALUE;

  /** In what order the numbers of repetitions are tried. */
  enum Greed {
    MOST_FIRST,
    LEAST_FIRST,
    ONLY_MOST
  }

  /** Places. */
  enum Kind {
    LINE_START,
    LINE_END,
    TEXT_START,
    TEXT_END,
    TEXT_END_OR_LAST_NEWLINE,
    WORD_EDGE,
    NO_WORD_EDGE
  }

  /** Returns the code points a match can start with, or null if it can be empty. */
  static CodePointSet first(Node node) {
    return switch (node) {
      case One one -> one.set();
      case Sequence sequence -> firstOfSequence(sequence.parts());
      case Choice choice -> firstOfChoice(choice.alternatives());
      case Repeat repeat -> repeat.least() == 0 ? null : first(repeat.part());
      case Atomic atomic -> first(atomic.part());
      case Ahead _, Behind _, Place _ -> null;
    };
  }

  private static CodePointSet firstOfSequence(List<Node> parts) {
    CodePointSet skipped = CodePointSet.NONE;
    for (Node part : parts) {
      CodePointSet first = first(part);
      if (first != null) {
        return skipped.or(first);
      }
      // Something optional only adds to what can come first; a condition only takes away from it.
      if (part instanceof Repeat repeat) {
        CodePointSet optional = first(repeat.part());
        if (optional == null) {
          return null;
        }
        skipped = skipped.or(optional);
      } else if (!(part instanceof Ahead || part instanceof Behind || part instanceof Place)) {
        return null;
      }
    }
    return null;
  }

  private static CodePointSet firstOfChoice(List<Node> alternatives) {
    CodePointSet all = CodePointSet.NONE;
    for (Node alternative : alternatives) {
      CodePointSet first = first(alternative);
      if (first == null) {
        return null;
      }
      all = all.or(first);
    }
    return all;
  }

  /** Returns how many code points every match of {@code node} has, or -1 if that differs. */
  static int length(Node node) {
    return switch (node) {
      case One _ -> 1;
      case Sequence sequence -> {
        int sum = 0;
        for (Node part : sequence.parts()) {
          int length = length(part);
          if (length < 0) {
            yield -1;
          }
          sum += length;
        }
        yield sum;
      }
      case Choice choice -> {
        int common = length(choice.alternatives().getFirst());
        yield choice.alternatives().stream().allMatch(a -> length(a) == common) ? common : -1;
      }
      case Repeat repeat -> {
        int length = length(repeat.part());
        boolean fixed = repeat.least() == repeat.most() && length >= 0;
        long product = (long) length * repeat.least();
        yield fixed && product <= 1000 ? (int) product : -1;
      }
      case Atomic atomic -> length(atomic.part());
      case Ahead _, Behind _, Place _ -> 0;
    };
  }
}
