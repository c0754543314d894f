package dev.amalgam.core.evidence;

import dev.amalgam.core.layer.Batch;
import dev.amalgam.core.layer.Engine;
import dev.amalgam.core.layer.Example;
import dev.amalgam.core.layer.ForwardVisitor;
import dev.amalgam.core.layer.Linear;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelRunner;
import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.Weight;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * What the parameters of a model work on, as means over tokens that are attended to:
 *
 * <ul>
 *   <li>for linear maps the second moments of their inputs, {@code x·xᵀ}, with 1 appended to x
 *       where one of them has a bias. They are symmetric, and of each row i the entries 0 to i are
 *       kept, one row behind the other: entry (i, j) at {@code i·(i + 1)/2 + j}. Maps that read the
 *       same states share a table;
 *   <li>for the weight of a norm the mean of the squares of the normalised states;
 *   <li>for an embedding the share of the tokens that take each row.
 * </ul>
 *
 * <p>Products are summed over the tokens of an example in float32, examples one after the other.
 * {@link ParameterInput#of} says which tensor has which table.
 */
public record InputGram() implements Statistic {

  private static final int STRIPE_ELEMENTS = 1 << 20;

  /** Returns where row {@code i} of second moments starts in their table. */
  public static long start(int i) {
    return (long) i * (i + 1) / 2;
  }

  @Override
  public String name() {
    return "input-gram";
  }

  @Override
  public int passes() {
    return 1;
  }

  @Override
  public SequencedMap<String, Shape> tables(Model model) {
    SequencedMap<String, Shape> tables = new LinkedHashMap<>();
    for (ParameterInput input : ParameterInput.of(model).values()) {
      switch (input) {
        case ParameterInput.Matrix matrix ->
            tables.put(matrix.table(), Shape.of(start(matrix.size())));
        case ParameterInput.Bias _ -> {}
        case ParameterInput.Scale scale -> tables.put(scale.table(), Shape.of(scale.width()));
        case ParameterInput.Lookup lookup -> tables.put(lookup.table(), Shape.of(lookup.rows()));
      }
    }
    return tables;
  }

  @Override
  public void gather(ModelRunner runner, Batch batch, long room, Sums into) {
    var inputs = ParameterInput.of(runner.model());
    runner.show(batch, new Gathering(inputs, batch, attended(batch), into, runner.engine()));
  }

  /** Returns for each token whether others may attend to it. */
  private static boolean[] attended(Batch batch) {
    boolean[] attended = new boolean[batch.tokens()];
    Arrays.fill(attended, true);
    for (int e = 0; e < batch.examples().size(); e++) {
      Example example = batch.examples().get(e);
      int start = batch.start(e);
      example
          .attentionMask()
          .ifPresent(mask -> System.arraycopy(mask, 0, attended, start, mask.length));
    }
    return attended;
  }

  private record Gathering(
      Map<String, ParameterInput> inputs, Batch batch, boolean[] attended, Sums into, Engine engine)
      implements ForwardVisitor {

    private interface Rows {
      void add(int[] rows);
    }

    /** Shows the rows of each example whose tokens are attended to, and counts them. */
    private void forEachExample(String table, int[] tokens, Rows adding) {
      int row = 0;
      for (int e = 0; e < batch.examples().size(); e++) {
        int first = row;
        while (row < tokens.length && tokens[row] < batch.start(e + 1)) {
          row++;
        }
        int[] rows = IntStream.range(first, row).filter(r -> attended[tokens[r]]).toArray();
        if (rows.length > 0) {
          adding.add(rows);
          into.count(table, rows.length);
        }
      }
    }

    @Override
    public void maps(List<Linear> maps, States x, int[] tokens) {
      String table = maps.getFirst().weight().name();
      // An embedding that is the output projection too counts as an embedding.
      if (inputs.get(table) instanceof ParameterInput.Matrix matrix) {
        forEachExample(table, tokens, rows -> addMoments(table, x, rows, matrix.size()));
      }
    }

    private void addMoments(String table, States x, int[] rows, int size) {
      int mark = engine.memory().mark();
      States own = engine.memory().states(rows.length, size);
      for (int row = 0; row < rows.length; row++) {
        System.arraycopy(x.data(), x.at(rows[row]), own.data(), own.at(row), x.width());
        Arrays.fill(own.data(), own.at(row) + x.width(), own.at(row) + size, 1);
      }
      int stripe = Math.clamp(STRIPE_ELEMENTS / size, 1, size);
      States moments = engine.memory().states(stripe, size);
      for (int start = 0; start < size; start += stripe) {
        int first = start;
        int count = Math.min(stripe, size - first);
        engine
            .products()
            .multiply(
                own.columns(first, count).matrix().transposed(),
                own.columns(0, first + count).matrix(),
                moments.data(),
                0,
                size,
                false);
        engine.overRows(
            count,
            size,
            (_, from, to) -> {
              for (int row = from; row < to; row++) {
                int i = first + row;
                into.add(table, start(i), moments.data(), moments.at(row), i + 1);
              }
            });
      }
      engine.memory().release(mark);
    }

    @Override
    public void scale(Weight weight, States normalized, int[] tokens) {
      forEachExample(
          weight.name(),
          tokens,
          rows -> {
            float[] sums = new float[normalized.width()];
            for (int row : rows) {
              int at = normalized.at(row);
              for (int i = 0; i < sums.length; i++) {
                float value = normalized.data()[at + i];
                sums[i] += value * value;
              }
            }
            into.add(weight.name(), 0, sums, 0, sums.length);
          });
    }

    @Override
    public void lookup(Weight weight, int[] indexes, int[] tokens) {
      float[] one = {1};
      forEachExample(
          weight.name(),
          tokens,
          rows -> {
            for (int row : rows) {
              into.add(weight.name(), indexes[row], one, 0, 1);
            }
          });
    }
  }
}
