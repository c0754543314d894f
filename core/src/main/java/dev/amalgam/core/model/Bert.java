package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.layer.Activation;
import dev.amalgam.core.layer.EmbeddingTable;
import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.Sequence;
import dev.amalgam.core.layer.Targets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * BERT (Devlin et al., arXiv 1810.04805), as sequence classifier, masked language model or encoder
 * without a head.
 */
final class Bert implements ModelFamily {

  private static final String PREFIX = "bert.";
  private static final String HEAD = "cls.predictions.";
  private static final String CLASSIFIER = "BertForSequenceClassification";
  private static final String MASKED = "BertForMaskedLM";
  private static final String ENCODER = "BertModel";
  private static final List<String> KNOWN = List.of(ENCODER, CLASSIFIER, MASKED);

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
  public Set<String> harmlessKeys() {
    // Written by the first converters of published checkpoints, read by nobody.
    return Set.of(
        "directionality",
        "pooler_fc_size",
        "pooler_num_attention_heads",
        "pooler_num_fc_layers",
        "pooler_size_per_head",
        "pooler_type");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    Encoder encoder = Encoder.of(source, PREFIX, HEAD + "decoder.weight");
    ModelConfig headConfig = head.map(ModelSource::config).orElse(config);
    ModelWeights headWeights =
        head.map(from -> Encoder.weights(from, PREFIX)).orElse(encoder.weights());
    String stored = stored(headWeights.whole());
    String named = Architectures.check(headConfig, KNOWN, stored);
    Architectures.check(config, KNOWN, stored);
    Head made =
        switch (stored.equals(ENCODER) ? ENCODER : named) {
          case CLASSIFIER -> classifier(encoder, headConfig, headWeights);
          case MASKED -> masked(encoder, headConfig, headWeights);
          default -> Architectures.noHead(head.isPresent(), headConfig);
        };
    return new Model(
        encoder.embedding(new EmbeddingTable.Position()),
        encoder.layers(),
        made,
        config.count("max_position_embeddings"));
  }

  // An encoder's config may name the head that it had when it was fine-tuned.
  private static String stored(ModelWeights weights) {
    if (weights.has("classifier.weight")) {
      return CLASSIFIER;
    }
    return weights.hasAny(HEAD) ? MASKED : ENCODER;
  }

  private static Head classifier(
      Encoder encoder, ModelConfig headConfig, ModelWeights headWeights) {
    int hidden = encoder.hidden();
    // The pooler is part of the encoder; only where that has none it comes with the head.
    ModelWeights poolerWeights =
        encoder.weights().has("pooler.dense.weight") ? encoder.weights() : headWeights;
    return new Head(
        Targets.Kind.CLASS,
        Sequence.of(
            biased("pooler.dense").make(hidden, hidden, poolerWeights),
            new Activation(ActivationFunction.TANH)),
        biased("classifier").make(hidden, Classes.count(headConfig), headWeights.whole()));
  }

  private static Head masked(Encoder encoder, ModelConfig headConfig, ModelWeights headWeights) {
    int hidden = encoder.hidden();
    ModelWeights predictions = headWeights.whole().under(HEAD);
    return new Head(
        Targets.Kind.MASKED_TOKEN,
        Sequence.of(
            biased("transform.dense").make(hidden, hidden, predictions),
            new Activation(encoder.activation()),
            encoder.norm().make("transform.LayerNorm", hidden, predictions)),
        encoder.decoder(HEAD, headConfig, headWeights));
  }

  private static LinearForm biased(String name) {
    return LinearForm.of(name).withBias(true);
  }
}
