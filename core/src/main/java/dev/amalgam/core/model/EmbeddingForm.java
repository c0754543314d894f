package dev.amalgam.core.model;

import dev.amalgam.core.layer.Embedding;
import dev.amalgam.core.layer.EmbeddingTable;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.Scale;
import dev.amalgam.core.layer.Sequence;
import dev.amalgam.core.weight.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first states of a language model.
 *
 * @param tokens what the name of the tokens' table starts with, {@code tokens.weight}
 * @param positions the positions' table, if positions are learned
 * @param scale what the vectors are multiplied by, if they are
 */
public record EmbeddingForm(String tokens, Optional<Positions> positions, Optional<Double> scale) {

  /**
   * Learned vectors of positions.
   *
   * @param table what the name of their table starts with
   * @param index what a token's row is
   * @param more how many rows there are besides one a position
   */
  public record Positions(String table, EmbeddingTable.Index index, int more) {}

  /** Returns tokens' vectors alone. */
  public static EmbeddingForm of(String tokens) {
    return new EmbeddingForm(tokens, Optional.empty(), Optional.empty());
  }

  /** Returns the same with learned vectors of positions added. */
  public EmbeddingForm withPositions(String table) {
    return withPositions(new Positions(table, new EmbeddingTable.Position(), 0));
  }

  /** Returns the same with learned vectors of positions added. */
  public EmbeddingForm withPositions(Positions added) {
    return new EmbeddingForm(tokens, Optional.of(added), scale);
  }

  /** Returns the same with the vectors multiplied by a factor, as Gemma does. */
  public EmbeddingForm withScale(double factor) {
    return new EmbeddingForm(tokens, positions, Optional.of(factor));
  }

  /** Returns the name of the tensor that every such model has. */
  String probe() {
    return tokens + ".weight";
  }

  /**
   * Returns the tokens' table.
   *
   * @param tied the full name of the head's weight, if that is the table too: a model may store
   *     either
   */
  Weight table(LanguageModel.Sizes sizes, ModelWeights weights, Optional<String> tied) {
    ModelWeights whole = weights.whole();
    return tied.filter(head -> !weights.has(probe()) && whole.has(head))
        .map(head -> whole.find(head, sizes.vocabulary(), sizes.hidden()))
        .orElseGet(() -> weights.find(probe(), sizes.vocabulary(), sizes.hidden()));
  }

  /** Returns the embedding with this table. */
  Embedding make(Weight table, LanguageModel.Sizes sizes, ModelWeights weights) {
    List<EmbeddingTable> tables = new ArrayList<>();
    tables.add(new EmbeddingTable(table, new EmbeddingTable.Token()));
    positions.ifPresent(
        added ->
            tables.add(
                new EmbeddingTable(
                    weights.find(
                        added.table() + ".weight",
                        (long) sizes.positions() + added.more(),
                        sizes.hidden()),
                    added.index())));
    Layer after = scale.<Layer>map(s -> new Scale(s.floatValue())).orElseGet(Sequence::of);
    return new Embedding(tables, after);
  }
}
