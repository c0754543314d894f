package dev.amalgam.core.layer;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.kernel.Elementwise;
import dev.amalgam.core.matrix.Scratch;
import java.util.ArrayList;
import java.util.List;

/**
 * The first states of a model: for each token the sum of one vector of each table, and what a layer
 * makes of it.
 *
 * @param tables at least one, all of the same width
 * @param after applied to the sums
 * @param width of what it gives
 */
public record Embedding(List<EmbeddingTable> tables, Layer after, int width) {

  /** Creates an embedding whose states are as wide as the tables' vectors. */
  public Embedding(List<EmbeddingTable> tables, Layer after) {
    this(tables, after, Math.toIntExact(tables.getFirst().weight().shape().rowLength()));
  }

  /** Copies the list. */
  public Embedding {
    tables = List.copyOf(tables);
  }

  /** Shows every parameter tensor. */
  public void parameters(ParameterVisitor visitor) {
    for (EmbeddingTable table : tables) {
      visitor.visit(table.weight(), ParameterVisitor.Module.MLP, false);
    }
    after.parameters(ParameterVisitor.Module.MLP, visitor);
  }

  /** Shows on what the parameters work, in the order of a forward pass. */
  public void inputs(InputVisitor visitor) {
    tables.forEach(table -> visitor.lookup(table.weight()));
    after.inputs(visitor);
  }

  /**
   * Returns the first states of the tokens of a batch. The backward of the output returns no states
   * that mean anything.
   *
   * @throws ModelException if a token, or a position, is beyond a table
   */
  public Output forward(Pass pass) {
    int length = Math.toIntExact(tables.getFirst().weight().shape().rowLength());
    States sums = pass.zeros(pass.batch().tokens(), length);
    List<int[]> indexes = new ArrayList<>();
    for (EmbeddingTable table : tables) {
      int[] index = table.index().of(pass);
      check(table, index);
      indexes.add(index);
    }
    pass.overRows(
        sums.rows(),
        length,
        (scratch, from, to) -> {
          for (int table = 0; table < indexes.size(); table++) {
            add(tables.get(table), indexes.get(table), from, to, sums, scratch);
          }
        });
    for (int table = 0; table < indexes.size(); table++) {
      pass.showLookup(tables.get(table).weight(), indexes.get(table));
    }
    Output output = after.forward(sums, pass);
    return pass.output(
        output.states(),
        (dy, visitor) -> {
          States dSums = output.backward().apply(dy, visitor);
          for (int table = 0; table < indexes.size(); table++) {
            visitor.lookup(tables.get(table).weight(), indexes.get(table), dSums, pass.starts());
          }
          return dSums;
        });
  }

  private static void add(
      EmbeddingTable table, int[] index, int from, int to, States sums, Scratch scratch) {
    int width = sums.width();
    float[] vector = scratch.spare(0, width);
    for (int row = from; row < to; row++) {
      scratch.read(table.weight(), (long) index[row] * width, width, vector, 0);
      Elementwise.add(sums.data(), sums.at(row), vector, 0, width);
    }
  }

  private static void check(EmbeddingTable table, int[] index) {
    long rows = table.weight().shape().dimension(0);
    for (int i : index) {
      if (i < 0 || i >= rows) {
        throw new ModelException(
            "%s %d is beyond %s, which has %d rows; %s"
                .formatted(
                    table.index().noun(),
                    i,
                    quote(table.weight().name()),
                    rows,
                    table.index() instanceof EmbeddingTable.Token
                        ? "the tokens were made for another vocabulary"
                        : "the sequence is too long for this model: shorten it"));
      }
    }
  }
}
