package dev.amalgam.core.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Gathers examples, one after the other, into batches, and hands each on as soon as it is full. */
public final class Batches {

  private final int most;
  private final Consumer<Batch> next;
  private final List<Example> gathered = new ArrayList<>();
  private int tokens;

  /**
   * Begins.
   *
   * @param most the most tokens of a batch; a longer example is alone, and with 0 every one is
   * @param next takes each batch
   */
  public Batches(int most, Consumer<Batch> next) {
    this.most = most;
    this.next = next;
  }

  /** Takes the next example. */
  public void add(Example example) {
    if (!gathered.isEmpty() && tokens + example.length() > most) {
      finish();
    }
    gathered.add(example);
    tokens += example.length();
  }

  /** Hands on what has been gathered, if there is anything. */
  public void finish() {
    if (!gathered.isEmpty()) {
      next.accept(new Batch(gathered));
      gathered.clear();
      tokens = 0;
    }
  }
}
