package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.Kernels;
import dev.amalgam.core.matrix.MatrixProducts;
import dev.amalgam.core.matrix.Scratch;
import dev.amalgam.core.parallel.Workers;
import dev.amalgam.core.weight.Weight;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * One run of a batch through layers: who works, on what, and whether gradients will be asked for.
 *
 * @param batch the examples
 * @param starts which rows of the states come from which example: rows {@code starts[e]} to {@code
 *     starts[e + 1] − 1} from example e
 * @param engine the workers
 * @param recording whether layers keep what their backward needs
 * @param cache keys and values of earlier tokens of the batch's only sequence, in generation
 * @param shown who is shown on what parameters work, if somebody is
 */
public record Pass(
    Batch batch,
    int[] starts,
    Engine engine,
    boolean recording,
    Optional<KeyValueCache> cache,
    Optional<Shown> shown) {

  /**
   * Who is shown on what parameters work.
   *
   * @param visitor who
   * @param tokens the token of the batch that each row of the states belongs to
   */
  public record Shown(ForwardVisitor visitor, int[] tokens) {}

  /** Returns a pass of a batch from its first token to its last. */
  public static Pass of(Batch batch, Engine engine, boolean recording) {
    return new Pass(batch, batch.starts(), engine, recording, Optional.empty(), Optional.empty());
  }

  /** Returns a pass of new tokens of one sequence, behind those of the cache. */
  public static Pass continuing(KeyValueCache cache, Batch added, Engine engine) {
    return new Pass(added, added.starts(), engine, false, Optional.of(cache), Optional.empty());
  }

  /** Returns a pass of a batch from its first token to its last, which a visitor is shown. */
  public static Pass shownTo(ForwardVisitor visitor, Batch batch, Engine engine) {
    int[] tokens = IntStream.range(0, batch.tokens()).toArray();
    return new Pass(
        batch,
        batch.starts(),
        engine,
        false,
        Optional.empty(),
        Optional.of(new Shown(visitor, tokens)));
  }

  /** Returns the same pass over the rows of some targets. */
  Pass withRows(Targets targets) {
    return new Pass(
        batch,
        targets.starts(),
        engine,
        recording,
        cache,
        shown.map(s -> new Shown(s.visitor(), targets.rows())));
  }

  /** Returns the same pass over some of its rows, ascending. */
  Pass withRows(int[] rows) {
    int[] ranged = new int[starts.length];
    int row = 0;
    for (int e = 0; e < starts.length; e++) {
      while (row < rows.length && rows[row] < starts[e]) {
        row++;
      }
      ranged[e] = row;
    }
    return new Pass(
        batch,
        ranged,
        engine,
        recording,
        cache,
        shown.map(
            s -> new Shown(s.visitor(), IntStream.of(rows).map(r -> s.tokens()[r]).toArray())));
  }

  /** Returns the same pass, of which no gradients will be asked. */
  Pass unrecorded() {
    return new Pass(batch, starts, engine, false, cache, shown);
  }

  /** A range of rows. */
  public interface RowRange {
    /** Works on rows {@code from} to {@code to − 1}. */
    void run(Scratch scratch, int from, int to);
  }

  /** Returns the position in its sequence of the first token of the batch: that of the cache. */
  public int firstPosition() {
    return cache.map(KeyValueCache::length).orElse(0);
  }

  /** Returns the position of each row's token in its sequence. */
  public int[] positions() {
    int[] positions = new int[batch.tokens()];
    for (int example = 0; example < batch.examples().size(); example++) {
      for (int row = batch.start(example); row < batch.start(example + 1); row++) {
        positions[row] = firstPosition() + row - batch.start(example);
      }
    }
    return positions;
  }

  /** Returns the kernels of this process. */
  public Kernels kernels() {
    return engine.kernels();
  }

  /** Returns the products that the workers share out. */
  public MatrixProducts products() {
    return engine.products();
  }

  /** Returns the workers. */
  public Workers<Scratch> workers() {
    return engine.workers();
  }

  /**
   * Returns states of any content, which belong to the layer that asked for them until the model's
   * runner takes back those of the whole transformer layer.
   */
  public States states(int rows, int width) {
    return engine.memory().states(rows, width);
  }

  /** Returns the same, all zero. */
  public States zeros(int rows, int width) {
    States states = states(rows, width);
    Arrays.fill(states.data(), 0, rows * width, 0);
    return states;
  }

  /** Returns a compact copy. */
  public States copy(States source) {
    States copy = states(source.rows(), source.width());
    copy.set(source);
    return copy;
  }

  /** Works on all rows, shared out among the workers where that is worth it. */
  public void overRows(int rows, int width, RowRange work) {
    engine.overRows(rows, width, work);
  }

  /** Returns a whole weight. */
  public float[] values(Weight weight) {
    return engine.values(weight);
  }

  /** Shows states that linear maps read. */
  void showMaps(List<Linear> maps, States x) {
    shown.ifPresent(s -> s.visitor().maps(maps, x, s.tokens()));
  }

  /**
   * Shows normalised states that the weight of a norm scales.
   *
   * @param perToken how many rows belong to each token
   * @param normalized makes them
   */
  void showScale(Weight weight, int perToken, Supplier<States> normalized) {
    shown.ifPresent(
        s -> {
          States states = normalized.get();
          int[] tokens = new int[states.rows()];
          Arrays.setAll(tokens, row -> s.tokens()[row / perToken]);
          s.visitor().scale(weight, states, tokens);
        });
  }

  /** Shows the rows of a table that became the states. */
  void showLookup(Weight weight, int[] indexes) {
    shown.ifPresent(s -> s.visitor().lookup(weight, indexes, s.tokens()));
  }

  /** Returns this output, or the same without its backward where the pass is not recorded. */
  Output output(States states, Backward backward) {
    return recording ? new Output(states, backward) : Output.unrecorded(states);
  }
}
