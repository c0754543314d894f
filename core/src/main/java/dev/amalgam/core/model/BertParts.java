package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.layer.EmbeddingTable;
import java.util.List;
import java.util.function.Function;

/**
 * The parts of BERT, with the names of tensors and the keys of configs that transformers gives
 * them: tokens attend to all others; LayerNorm comes after each residual connection. Most encoders
 * since are made of some of these parts and a few of their own.
 */
final class BertParts {

  /** The name of the table of tokens. */
  static final String TOKENS = "embeddings.word_embeddings.weight";

  /** Ends of the names of {@linkplain ModelFamily#tokenTensors() tensors with a row a token}. */
  static final List<String> TOKEN_TENSORS =
      List.of(
          TOKENS,
          "cls.predictions.decoder.weight",
          "cls.predictions.decoder.bias",
          "cls.predictions.bias");

  /** What the names of the layers' tensors start with. */
  static final String STACK = "encoder.";

  /** The norms of a block. */
  static final Arrangement NORMS =
      new Arrangement.NormsAfterSums("attention.output.LayerNorm", "output.LayerNorm");

  private static final String PREDICTIONS = "cls.predictions.";

  private BertParts() {}

  /**
   * Returns the sizes of a model whose config asks for no decoder and no relative positions.
   *
   * @param padding how many positions come before a text's first
   * @throws dev.amalgam.core.layer.ModelException if it asks for either
   */
  static LanguageModel.Sizes sizes(ModelConfig config, int padding) {
    config.mustBe("is_decoder", false);
    config.mustBe("add_cross_attention", false);
    config.mustBe("position_embedding_type", "absolute");
    return new LanguageModel.Sizes(
        config.count("hidden_size"),
        config.count("vocab_size"),
        Math.max(1, config.count("max_position_embeddings") - padding));
  }

  /** Returns LayerNorm with {@code layer_norm_eps}, 10⁻¹² if it is absent. */
  static NormForm norm(ModelConfig config) {
    return NormForm.layerNorm(config.positive("layer_norm_eps", 1e-12));
  }

  /** Returns the function of {@code hidden_act}, or GELU. */
  static ActivationFunction activation(ModelConfig config) {
    return ActivationNames.read(config, "hidden_act", "gelu");
  }

  /**
   * Returns the normalised sum of the vectors of tokens, segments and positions.
   *
   * @param width of the vectors
   * @param position which of the vectors of positions a token takes
   */
  static EncoderEmbedding embedding(ModelConfig config, int width, EmbeddingTable.Index position) {
    return new EncoderEmbedding(
        TOKENS,
        width,
        List.of(segments(config), positions(config, position)),
        weights -> norm(config).make("embeddings.LayerNorm", width, weights));
  }

  /** Returns the table of segments, two if {@code type_vocab_size} is absent. */
  static EncoderEmbedding.Table segments(ModelConfig config) {
    return new EncoderEmbedding.Table(
        "embeddings.token_type_embeddings.weight",
        config.count("type_vocab_size", 2),
        new EmbeddingTable.TokenType());
  }

  /** Returns the table of positions. */
  static EncoderEmbedding.Table positions(ModelConfig config, EmbeddingTable.Index position) {
    return new EncoderEmbedding.Table(
        "embeddings.position_embeddings.weight", config.count("max_position_embeddings"), position);
  }

  /** Returns attention of all tokens to all. */
  static AttentionForm attention(ModelConfig config) {
    return attention(
        AttentionHeads.equal(config, "hidden_size", "num_attention_heads"),
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense");
  }

  /** Returns attention of all tokens to all, by maps with biases of these names. */
  static AttentionForm attention(
      AttentionHeads heads, String query, String key, String value, String output) {
    return AttentionForm.of(heads, List.of(map(query), map(key), map(value)), map(output))
        .withReach(new AttentionForm.Reach.Everything());
  }

  /** Returns the network of {@code intermediate_size} and {@code hidden_act}. */
  static MlpForm mlp(ModelConfig config) {
    return new MlpForm.Plain(
        map("intermediate.dense"),
        map("output.dense"),
        config.count("intermediate_size"),
        activation(config));
  }

  /** Returns as many such layers as {@code num_hidden_layers} says. */
  static LayerStack layers(ModelConfig config, LayerForm block) {
    return new LayerStack(
        "encoder.layer.", config.count("num_hidden_layers"), layer -> block, List.of());
  }

  /** Returns BERT's layers. */
  static LayerStack layers(ModelConfig config) {
    return layers(config, new BlockForm(NORMS, norm(config), attention(config), mlp(config)));
  }

  /** Returns BERT's head of a masked language model. */
  static TaskHead masked(String architecture) {
    return masked(
        architecture,
        "LayerNorm",
        parts -> activation(parts.config()),
        parts -> norm(parts.config()));
  }

  /**
   * Returns the same with another norm.
   *
   * @param norm its name
   * @param function the function before it
   * @param form which norm it is
   */
  static TaskHead masked(
      String architecture,
      String norm,
      Function<HeadParts, ActivationFunction> function,
      Function<HeadParts, NormForm> form) {
    return TaskHead.masked(
        architecture,
        PREDICTIONS,
        PREDICTIONS + "decoder",
        PREDICTIONS + "bias",
        parts ->
            parts.normalized(
                PREDICTIONS + "transform.dense",
                function.apply(parts),
                PREDICTIONS + "transform." + norm,
                form.apply(parts)));
  }

  /** Returns a map with a bias. */
  static LinearForm map(String name) {
    return LinearForm.of(name).withBias(true);
  }
}
