package dev.amalgam.core.layer;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The rows of the last states from which something is predicted.
 *
 * @param kind what is predicted
 * @param rows the rows, ascending
 * @param labels what is to be predicted from each; {@link Example#IGNORED} where nothing is
 * @param numbers the {@linkplain Example#numbers numbers} of each one's text
 * @param starts which of these come from which example: numbers {@code starts[e]} to {@code
 *     starts[e + 1] − 1} from example e
 */
public record Targets(Kind kind, int[] rows, int[] labels, float[][] numbers, int[] starts) {

  /** What a head predicts. */
  public enum Kind {
    /** From each token the next one. */
    NEXT_TOKEN {
      @Override
      int label(Example example, int token) {
        int next = token + 1;
        return next < example.labels().length ? example.labels()[next] : Example.IGNORED;
      }

      @Override
      boolean isPlace(Example example, int token) {
        return token + 1 < example.length()
            && example.isAttended(token)
            && example.isAttended(token + 1);
      }
    },
    /** From each token the token itself, where it is hidden by a mask. */
    MASKED_TOKEN {
      @Override
      int label(Example example, int token) {
        return example.labels()[token];
      }

      @Override
      boolean isPlace(Example example, int token) {
        return example.isAttended(token);
      }
    },
    /** From each token its class. */
    TAG {
      @Override
      int label(Example example, int token) {
        return example.labels()[token];
      }

      @Override
      boolean isPlace(Example example, int token) {
        return example.isAttended(token);
      }
    },
    /** From all tokens of a sequence which of them are the first and the last of an answer. */
    SPAN {
      @Override
      int label(Example example, int token) {
        return example.labels()[0];
      }

      @Override
      boolean isPlace(Example example, int token) {
        return true;
      }
    },
    /** The class of the sequence. */
    CLASS {
      @Override
      int label(Example example, int token) {
        return token == 0 ? example.labels()[0] : Example.IGNORED;
      }

      @Override
      boolean isPlace(Example example, int token) {
        return token == 0;
      }

      @Override
      public boolean isOfText() {
        return true;
      }
    },
    /** Of each class whether the sequence is of it. */
    LABELS {
      @Override
      int label(Example example, int token) {
        return NUMBERS.label(example, token);
      }

      @Override
      boolean isPlace(Example example, int token) {
        return token == 0;
      }

      @Override
      public boolean isOfText() {
        return true;
      }

      @Override
      Objective objective() {
        return Objective.ANY;
      }
    },
    /** Numbers that belong to the sequence. */
    NUMBERS {
      @Override
      int label(Example example, int token) {
        return token == 0 && example.numbers().length > 0 ? 0 : Example.IGNORED;
      }

      @Override
      boolean isPlace(Example example, int token) {
        return token == 0;
      }

      @Override
      public boolean isOfText() {
        return true;
      }

      @Override
      Objective objective() {
        return Objective.NUMBERS;
      }
    },
    /** Nothing: the last states are what the model is for. */
    FEATURES {
      @Override
      int label(Example example, int token) {
        return Example.IGNORED;
      }

      @Override
      boolean isPlace(Example example, int token) {
        return false;
      }
    };

    /** Returns what is to be predicted from a token; of {@link #SPAN} whether there is anything. */
    abstract int label(Example example, int token);

    /** Returns whether something of the text as a whole is predicted. */
    public boolean isOfText() {
      return false;
    }

    /** Returns whether it is predicted by numbers, of which none is a class that is right. */
    public boolean isOfNumbers() {
      return objective() != Objective.ONE;
    }

    /** Returns how predictions are held against what is right. */
    Objective objective() {
      return Objective.ONE;
    }

    /** Returns whether an example says of anything what is right. */
    public boolean hasLabel(Example example) {
      return IntStream.range(0, example.length())
          .anyMatch(token -> label(example, token) != Example.IGNORED);
    }

    /** Returns whether something of an example could be predicted, with a label or without. */
    public boolean hasPlace(Example example) {
      return IntStream.range(0, example.length()).anyMatch(token -> isPlace(example, token));
    }

    /** Returns whether something that is there could be predicted from a token. */
    abstract boolean isPlace(Example example, int token);
  }

  /** Returns the rows of a batch from which something with a label is predicted. */
  public static Targets labelled(Kind kind, Batch batch) {
    return select(kind, batch, (example, token) -> kind.label(example, token) != Example.IGNORED);
  }

  /** Returns all rows from which a head predicts, whether there is a label or not. */
  public static Targets all(Kind kind, Batch batch) {
    return select(kind, batch, (_, token) -> kind.isOfText() ? token == 0 : kind != Kind.FEATURES);
  }

  /**
   * Returns the rows from which a model is taught to predict what another does: those with a label,
   * or in an example without any, all from which something that is there could be predicted.
   */
  public static Targets taught(Kind kind, Batch batch) {
    Set<Example> labelled = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Example example : batch.examples()) {
      if (kind.hasLabel(example)) {
        labelled.add(example);
      }
    }
    return select(
        kind,
        batch,
        (example, token) ->
            labelled.contains(example)
                ? kind.label(example, token) != Example.IGNORED
                : kind.isPlace(example, token));
  }

  /** Returns how many things a model is taught to predict of an example. */
  public static int countTaught(Kind kind, Example example) {
    Batch batch = new Batch(List.of(example));
    return taught(kind, batch).asked(batch).count();
  }

  /** Returns all rows, from which nothing is predicted. */
  static Targets tokens(Batch batch) {
    return select(Kind.FEATURES, batch, (_, _) -> true);
  }

  /** Returns the last row of each example. */
  public static Targets last(Kind kind, Batch batch) {
    return select(kind, batch, (example, token) -> token == example.length() - 1);
  }

  private interface Chosen {
    boolean test(Example example, int token);
  }

  private static Targets select(Kind kind, Batch batch, Chosen chosen) {
    int[] rows = new int[batch.tokens()];
    int[] labels = new int[batch.tokens()];
    float[][] numbers = new float[batch.tokens()][];
    int[] starts = new int[batch.examples().size() + 1];
    int count = 0;
    for (int e = 0; e < batch.examples().size(); e++) {
      Example example = batch.examples().get(e);
      for (int token = 0; token < example.length(); token++) {
        if (chosen.test(example, token)) {
          rows[count] = batch.start(e) + token;
          numbers[count] = example.numbers();
          labels[count++] = kind.label(example, token);
        }
      }
      starts[e + 1] = count;
    }
    return new Targets(
        kind,
        Arrays.copyOf(rows, count),
        Arrays.copyOf(labels, count),
        Arrays.copyOf(numbers, count),
        starts);
  }

  /**
   * Returns what is asked from these: themselves, but of {@link Kind#SPAN} for each text of which
   * they are the first and the last token of the answer.
   *
   * @param batch whose targets they are
   */
  Targets asked(Batch batch) {
    if (kind != Kind.SPAN) {
      return this;
    }
    int examples = batch.examples().size();
    int[] askedRows = new int[2 * examples];
    int[] askedLabels = new int[2 * examples];
    int[] askedStarts = new int[examples + 1];
    int count = 0;
    for (int e = 0; e < examples; e++) {
      for (int end = 0; starts[e + 1] > starts[e] && end < 2; end++) {
        int[] own = batch.examples().get(e).labels();
        askedRows[count] = batch.start(e);
        askedLabels[count++] = own[0] == Example.IGNORED ? Example.IGNORED : own[end];
      }
      askedStarts[e + 1] = count;
    }
    return new Targets(
        kind,
        Arrays.copyOf(askedRows, count),
        Arrays.copyOf(askedLabels, count),
        new float[count][0],
        askedStarts);
  }

  /** Returns the number of rows. */
  public int count() {
    return rows.length;
  }

  /** Returns the targets {@code from} to {@code to − 1} of these. */
  Targets range(int from, int to) {
    int[] ranged = new int[starts.length];
    for (int i = 0; i < starts.length; i++) {
      ranged[i] = Math.clamp(starts[i], from, to) - from;
    }
    return new Targets(
        kind,
        Arrays.copyOfRange(rows, from, to),
        Arrays.copyOfRange(labels, from, to),
        Arrays.copyOfRange(numbers, from, to),
        ranged);
  }
}
