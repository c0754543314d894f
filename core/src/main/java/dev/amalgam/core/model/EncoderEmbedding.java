package dev.amalgam.core.model;

import dev.amalgam.core.layer.Embedding;
import dev.amalgam.core.layer.EmbeddingTable;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.weight.Weight;
import java.util.List;
import java.util.stream.Stream;

/**
 * The first states of an encoder: the sum of a token's vectors, and what is made of it.
 *
 * @param tokens the name of the table of tokens
 * @param width of the vectors
 * @param tables the other tables, in the order in which their vectors are added
 * @param after what is made of the sum
 */
record EncoderEmbedding(String tokens, int width, List<Table> tables, After after) {

  /**
   * A table besides that of the tokens.
   *
   * @param name of its tensor
   * @param rows how many vectors it has
   * @param index which of them a token takes
   */
  record Table(String name, int rows, EmbeddingTable.Index index) {}

  /** Makes the layer behind the sum. */
  interface After {
    /** Returns the layer that these tensors make. */
    Layer make(ModelWeights weights);
  }

  EncoderEmbedding {
    tables = List.copyOf(tables);
  }

  /**
   * Returns the embedding with this table of tokens.
   *
   * @param hidden the width of the first states
   */
  Embedding make(Weight table, int hidden, ModelWeights weights) {
    Stream<EmbeddingTable> others =
        tables.stream()
            .map(t -> new EmbeddingTable(weights.find(t.name(), t.rows(), width), t.index()));
    return new Embedding(
        Stream.concat(Stream.of(new EmbeddingTable(table, new EmbeddingTable.Token())), others)
            .toList(),
        after.make(weights),
        hidden);
  }
}
