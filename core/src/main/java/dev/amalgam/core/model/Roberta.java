package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.layer.Activation;
import dev.amalgam.core.layer.Embedding;
import dev.amalgam.core.layer.EmbeddingTable;
import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.Linear;
import dev.amalgam.core.layer.Sequence;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.weight.Weight;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** RoBERTa (Liu et al., arXiv 1907.11692), as sequence classifier or masked language model. */
final class Roberta implements ModelFamily {

  private static final String CLASSIFIER = "RobertaForSequenceClassification";
  private static final String MASKED = "RobertaForMaskedLM";
  private static final List<String> KNOWN = List.of("RobertaModel", CLASSIFIER, MASKED);
  private static final int DEFAULT_PADDING = 1;

  @Override
  public Set<String> types() {
    return Set.of("roberta");
  }

  @Override
  public List<String> tokenTensors() {
    return List.of(
        "embeddings.word_embeddings.weight",
        "lm_head.decoder.weight",
        "lm_head.decoder.bias",
        "lm_head.bias");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    ModelWeights weights = weights(source);
    Encoder encoder = new Encoder(config, weights);
    encoder.check();
    int padding = config.tokenId("pad_token_id").orElse(DEFAULT_PADDING);
    Embedding embedding = encoder.embedding(new EmbeddingTable.PositionBehindPadding(padding));
    ModelSource headSource = head.orElse(source);
    ModelConfig headConfig = headSource.config();
    ModelWeights headWeights = head.isPresent() ? weights(headSource) : weights;
    String architecture =
        Architectures.check(
            headConfig, KNOWN, headWeights.has("classifier.dense.weight") ? CLASSIFIER : MASKED);
    Architectures.check(config, KNOWN, architecture);
    Head made =
        switch (architecture) {
          case CLASSIFIER -> classifier(encoder.hidden(), headConfig, headWeights);
          case MASKED -> masked(encoder, headWeights);
          default -> throw Heads.none(headConfig);
        };
    // Positions start behind the padding token's.
    int longest = config.count("max_position_embeddings") - padding - 1;
    return new Model(embedding, encoder.layers(), made, Math.max(1, longest));
  }

  private static ModelWeights weights(ModelSource source) {
    return new ModelWeights(source.weights(), "roberta.", "embeddings.word_embeddings.weight");
  }

  private static Head classifier(int hidden, ModelConfig config, ModelWeights weights) {
    return new Head(
        Targets.Kind.CLASS,
        Sequence.of(
            weights.linearOuter("classifier.dense", hidden, hidden, true),
            new Activation(ActivationFunction.TANH)),
        weights.linearOuter("classifier.out_proj", hidden, Classes.count(config), true));
  }

  private static Head masked(Encoder encoder, ModelWeights weights) {
    ModelConfig config = encoder.config();
    int hidden = encoder.hidden();
    Weight decoder =
        config.flag("tie_word_embeddings", true)
            ? encoder.tokens()
            : weights.outer("lm_head.decoder.weight", config.count("vocab_size"), hidden);
    return new Head(
        Targets.Kind.MASKED_TOKEN,
        Sequence.of(
            weights.linearOuter("lm_head.dense", hidden, hidden, true),
            new Activation(ActivationFunction.GELU),
            weights.layerNormOuter("lm_head.layer_norm", hidden, encoder.epsilon())),
        new Linear(
            decoder,
            Optional.of(weights.outer("lm_head.bias", config.count("vocab_size"))),
            false));
  }
}
