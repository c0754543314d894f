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

/** BERT (Devlin et al., arXiv 1810.04805), as sequence classifier or masked language model. */
final class Bert implements ModelFamily {

  private static final String CLASSIFIER = "BertForSequenceClassification";
  private static final String MASKED = "BertForMaskedLM";
  private static final List<String> KNOWN = List.of("BertModel", CLASSIFIER, MASKED);

  @Override
  public Set<String> types() {
    return Set.of("bert");
  }

  @Override
  public List<String> tokenTensors() {
    return List.of(
        "embeddings.word_embeddings.weight",
        "cls.predictions.decoder.weight",
        "cls.predictions.decoder.bias",
        "cls.predictions.bias");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    ModelWeights weights = weights(source);
    Encoder encoder = new Encoder(config, weights);
    encoder.check();
    Embedding embedding = encoder.embedding(new EmbeddingTable.Position());
    ModelSource headSource = head.orElse(source);
    ModelConfig headConfig = headSource.config();
    ModelWeights headWeights = head.isPresent() ? weights(headSource) : weights;
    String architecture =
        Architectures.check(
            headConfig, KNOWN, headWeights.has("classifier.weight") ? CLASSIFIER : MASKED);
    Architectures.check(config, KNOWN, architecture);
    Head made =
        switch (architecture) {
          case CLASSIFIER -> classifier(encoder, headConfig, headWeights);
          case MASKED -> masked(encoder, headWeights);
          default -> throw Heads.none(headConfig);
        };
    return new Model(embedding, encoder.layers(), made, config.count("max_position_embeddings"));
  }

  private static ModelWeights weights(ModelSource source) {
    return new ModelWeights(source.weights(), "bert.", "embeddings.word_embeddings.weight");
  }

  private static Head classifier(
      Encoder encoder, ModelConfig headConfig, ModelWeights headWeights) {
    int hidden = encoder.hidden();
    // The pooler is part of the encoder; only where that has none it comes with the head.
    ModelWeights poolerWeights =
        encoder.weights().has(encoder.weights().prefix() + "pooler.dense.weight")
            ? encoder.weights()
            : headWeights;
    return new Head(
        Targets.Kind.CLASS,
        Sequence.of(
            poolerWeights.linear("pooler.dense", hidden, hidden, true),
            new Activation(ActivationFunction.TANH)),
        headWeights.linearOuter("classifier", hidden, Classes.count(headConfig), true));
  }

  private static Head masked(Encoder encoder, ModelWeights headWeights) {
    ModelConfig config = encoder.config();
    int hidden = encoder.hidden();
    String name = "cls.predictions.";
    Weight decoder =
        config.flag("tie_word_embeddings", true)
            ? encoder.tokens()
            : headWeights.outer(name + "decoder.weight", config.count("vocab_size"), hidden);
    return new Head(
        Targets.Kind.MASKED_TOKEN,
        Sequence.of(
            headWeights.linearOuter(name + "transform.dense", hidden, hidden, true),
            new Activation(ActivationNames.read(config, "hidden_act", "gelu")),
            headWeights.layerNormOuter(name + "transform.LayerNorm", hidden, encoder.epsilon())),
        new Linear(
            decoder,
            Optional.of(headWeights.outer(name + "bias", config.count("vocab_size"))),
            false));
  }
}
