package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.layer.Embedding;
import dev.amalgam.core.layer.EmbeddingTable;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.Linear;
import dev.amalgam.core.weight.Weight;
import java.util.List;
import java.util.Optional;

/**
 * The encoder that BERT and RoBERTa share: tokens attend to all others; LayerNorm comes after each
 * residual connection.
 *
 * @param config the model's config
 * @param weights its tensors
 * @param tokens the table of the tokens
 */
record Encoder(ModelConfig config, ModelWeights weights, Weight tokens) {

  /** The name of the table of tokens. */
  static final String TOKENS = "embeddings.word_embeddings.weight";

  private static final String TIED = "tie_word_embeddings";

  /**
   * Returns the encoder of a model.
   *
   * @param decoder the full name of a masked language model's decoder, which is the table of tokens
   *     unless the config says otherwise: a model may store either
   * @throws dev.amalgam.core.layer.ModelException if the config asks for what it cannot be
   */
  static Encoder of(ModelSource source, String prefix, String decoder) {
    ModelConfig config = source.config();
    boolean tied = isTied(config);
    config.mustBe("is_decoder", false);
    config.mustBe("add_cross_attention", false);
    config.mustBe("position_embedding_type", "absolute");
    ModelWeights weights = weights(source, prefix);
    boolean stored = !tied || weights.has(TOKENS) || !weights.whole().has(decoder);
    int vocabulary = config.count("vocab_size");
    int hidden = config.count("hidden_size");
    return new Encoder(
        config,
        weights,
        stored
            ? weights.find(TOKENS, vocabulary, hidden)
            : weights.whole().find(decoder, vocabulary, hidden));
  }

  /** Returns whether a config says that the decoder is the table of tokens. */
  static boolean isTied(ModelConfig config) {
    return config.flag(TIED, true);
  }

  /**
   * Returns the decoder of a masked language model with this encoder.
   *
   * @param name what the names of its tensors start with
   * @param config the head's config
   * @param head the tensors of the model that the head comes from
   */
  Linear decoder(String name, ModelConfig config, ModelWeights head) {
    String weight = name + "decoder.weight";
    return new Linear(
        isTied(config)
            ? head.findTied(weight, TOKENS, tokens)
            : head.whole().find(weight, vocabulary(), hidden()),
        Optional.of(head.whole().under(name).findEither("decoder.bias", "bias", vocabulary())),
        false);
  }

  /** Returns the tensors of an encoder, or of a model that has a head for one. */
  static ModelWeights weights(ModelSource source, String prefix) {
    return ModelWeights.inside(source.weights(), prefix, TOKENS);
  }

  int hidden() {
    return config.count("hidden_size");
  }

  /** Returns the number of tokens. */
  int vocabulary() {
    return config.count("vocab_size");
  }

  NormForm norm() {
    return NormForm.layerNorm(config.positive("layer_norm_eps", 1e-12));
  }

  ActivationFunction activation() {
    return ActivationNames.read(config, "hidden_act", "gelu");
  }

  Embedding embedding(EmbeddingTable.Index positions) {
    Weight positionTable =
        weights.find(
            "embeddings.position_embeddings.weight",
            config.count("max_position_embeddings"),
            hidden());
    Weight types =
        weights.find(
            "embeddings.token_type_embeddings.weight",
            config.count("type_vocab_size", 2),
            hidden());
    return new Embedding(
        List.of(
            new EmbeddingTable(tokens, new EmbeddingTable.Token()),
            new EmbeddingTable(types, new EmbeddingTable.TokenType()),
            new EmbeddingTable(positionTable, positions)),
        norm().make("embeddings.LayerNorm", hidden(), weights));
  }

  List<Layer> layers() {
    BlockForm block =
        new BlockForm(
            new Arrangement.NormsAfterSums("attention.output.LayerNorm", "output.LayerNorm"),
            norm(),
            AttentionForm.of(
                    AttentionHeads.equal(config, "hidden_size", "num_attention_heads"),
                    List.of(
                        map("attention.self.query"),
                        map("attention.self.key"),
                        map("attention.self.value")),
                    map("attention.output.dense"))
                .withReach(new AttentionForm.Reach.Everything()),
            new MlpForm.Plain(
                map("intermediate.dense"),
                map("output.dense"),
                config.count("intermediate_size"),
                activation()));
    ModelWeights own = weights.under("encoder.");
    List<Layer> layers =
        new LayerStack("layer.", config.count("num_hidden_layers"), layer -> block, List.of())
            .make(hidden(), own);
    own.checkAllFound(List.of());
    return layers;
  }

  private static LinearForm map(String name) {
    return LinearForm.of(name).withBias(true);
  }
}
