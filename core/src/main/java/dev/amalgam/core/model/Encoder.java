package dev.amalgam.core.model;

import dev.amalgam.core.layer.Activation;
import dev.amalgam.core.layer.AttentionShape;
import dev.amalgam.core.layer.Embedding;
import dev.amalgam.core.layer.EmbeddingTable;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.Residual;
import dev.amalgam.core.layer.SelfAttention;
import dev.amalgam.core.layer.Sequence;
import dev.amalgam.core.weight.Weight;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The encoder that BERT and RoBERTa share: tokens attend to all others; LayerNorm comes after each
 * residual connection.
 *
 * @param config the model's config
 * @param weights its tensors
 */
record Encoder(ModelConfig config, ModelWeights weights) {

  /** Refuses what an encoder cannot be. */
  void check() {
    // Asked for again by masked language models; nothing else is tied.
    config.flag("tie_word_embeddings", true);
    if (config.flag("is_decoder", false)) {
      throw config.unsupported("is_decoder", "false");
    }
    if (config.flag("add_cross_attention", false)) {
      throw config.unsupported("add_cross_attention", "false");
    }
    if (!config.text("position_embedding_type").orElse("absolute").equals("absolute")) {
      throw config.unsupported("position_embedding_type", "absolute");
    }
  }

  int hidden() {
    return config.count("hidden_size");
  }

  double epsilon() {
    return config.positive("layer_norm_eps", 1e-12);
  }

  /** Returns the table of the tokens. */
  Weight tokens() {
    return weights.inner("embeddings.word_embeddings.weight", config.count("vocab_size"), hidden());
  }

  Embedding embedding(EmbeddingTable.Index positions) {
    Weight positionTable =
        weights.inner(
            "embeddings.position_embeddings.weight",
            config.count("max_position_embeddings"),
            hidden());
    Weight types =
        weights.inner(
            "embeddings.token_type_embeddings.weight",
            config.count("type_vocab_size", 2),
            hidden());
    return new Embedding(
        List.of(
            new EmbeddingTable(tokens(), new EmbeddingTable.Token()),
            new EmbeddingTable(types, new EmbeddingTable.TokenType()),
            new EmbeddingTable(positionTable, positions)),
        weights.layerNorm("embeddings.LayerNorm", hidden(), epsilon()));
  }

  List<Layer> layers() {
    List<Layer> layers =
        IntStream.range(0, config.count("num_hidden_layers")).mapToObj(this::layer).toList();
    weights.checkAllFound("encoder.");
    return layers;
  }

  private Layer layer(int index) {
    int hidden = hidden();
    int heads = config.count("num_attention_heads");
    if (hidden % heads != 0) {
      throw new ModelException(
          "%s: hidden_size %d cannot be shared out among %d heads"
              .formatted(config.place(), hidden, heads));
    }
    int headSize = hidden / heads;
    int intermediate = config.count("intermediate_size");
    String name = "encoder.layer." + index + ".";
    Layer attention =
        new SelfAttention(
            index,
            new AttentionShape(
                heads,
                heads,
                headSize,
                (float) (1 / Math.sqrt(headSize)),
                false,
                Integer.MAX_VALUE),
            List.of(
                weights.linear(name + "attention.self.query", hidden, hidden, true),
                weights.linear(name + "attention.self.key", hidden, hidden, true),
                weights.linear(name + "attention.self.value", hidden, hidden, true)),
            Optional.empty(),
            Optional.empty(),
            weights.linear(name + "attention.output.dense", hidden, hidden, true));
    return Sequence.of(
        Residual.around(attention),
        weights.layerNorm(name + "attention.output.LayerNorm", hidden, epsilon()),
        Residual.around(
            weights.linear(name + "intermediate.dense", hidden, intermediate, true),
            new Activation(ActivationNames.read(config, "hidden_act", "gelu")),
            weights.linear(name + "output.dense", intermediate, hidden, true)),
        weights.layerNorm(name + "output.LayerNorm", hidden, epsilon()));
  }
}
