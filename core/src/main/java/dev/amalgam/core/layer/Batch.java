package dev.amalgam.core.layer;

import java.util.ArrayList;
import java.util.List;

/**
 * Examples that run through a model together, one after the other: row r of every state belongs to
 * token r of all tokens in order. Nothing is padded, and no result depends on what else is in the
 * batch.
 */
public final class Batch {

  private final List<Example> examples;
  private final int[] starts;

  /**
   * Lays out a batch.
   *
   * @throws IllegalArgumentException if there is no example, or one has no token
   */
  public Batch(List<Example> examples) {
    if (examples.isEmpty() || examples.stream().anyMatch(e -> e.length() == 0)) {
      throw new IllegalArgumentException("a batch needs examples, and each of them a token");
    }
    this.examples = List.copyOf(examples);
    this.starts = new int[examples.size() + 1];
    for (int i = 0; i < examples.size(); i++) {
      starts[i + 1] = Math.addExact(starts[i], examples.get(i).length());
    }
  }

  /**
   * Returns examples in batches, in their order.
   *
   * @param tokens the most tokens of a batch; a longer example is alone, and with 0 every one is
   */
  public static List<Batch> gather(List<Example> examples, int tokens) {
    List<Batch> batches = new ArrayList<>();
    Batches gathering = new Batches(tokens, batches::add);
    examples.forEach(gathering::add);
    gathering.finish();
    return batches;
  }

  /** Returns the examples. */
  public List<Example> examples() {
    return examples;
  }

  /** Returns the number of tokens of all examples. */
  public int tokens() {
    return starts[examples.size()];
  }

  /**
   * Returns the row of the first token of an example; the number of tokens for one past the last.
   */
  public int start(int example) {
    return starts[example];
  }

  /** Returns the rows at which examples start, and the number of rows behind them. */
  public int[] starts() {
    return starts.clone();
  }
}
