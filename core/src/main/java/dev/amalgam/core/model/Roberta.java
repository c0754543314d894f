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

/** RoBERTa (Liu et al., arXiv 1907.11692), as sequence classifier or masked language model. */
final class Roberta implements ModelFamily {

  private static final String PREFIX = "roberta.";
  private static final String HEAD = "lm_head.";
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
    Encoder encoder = Encoder.of(source, PREFIX, HEAD + "decoder.weight");
    int padding = config.tokenId("pad_token_id").orElse(DEFAULT_PADDING);
    ModelConfig headConfig = head.map(ModelSource::config).orElse(config);
    ModelWeights headWeights =
        head.map(from -> Encoder.weights(from, PREFIX)).orElse(encoder.weights());
    String architecture =
        Architectures.check(
            headConfig,
            KNOWN,
            headWeights.whole().has("classifier.dense.weight") ? CLASSIFIER : MASKED);
    Architectures.check(config, KNOWN, architecture);
    Head made =
        switch (architecture) {
          case CLASSIFIER -> classifier(encoder.hidden(), headConfig, headWeights.whole());
          case MASKED -> masked(encoder, headConfig, headWeights);
          default -> throw Architectures.headless(headConfig);
        };
    // Positions start behind the padding token's.
    int longest = config.count("max_position_embeddings") - padding - 1;
    return new Model(
        encoder.embedding(new EmbeddingTable.PositionBehindPadding(padding)),
        encoder.layers(),
        made,
        Math.max(1, longest));
  }

  private static Head classifier(int hidden, ModelConfig config, ModelWeights weights) {
    return new Head(
        Targets.Kind.CLASS,
        Sequence.of(
            biased("classifier.dense").make(hidden, hidden, weights),
            new Activation(ActivationFunction.TANH)),
        biased("classifier.out_proj").make(hidden, Classes.count(config), weights));
  }

  private static Head masked(Encoder encoder, ModelConfig headConfig, ModelWeights headWeights) {
    int hidden = encoder.hidden();
    ModelWeights weights = headWeights.whole().under(HEAD);
    return new Head(
        Targets.Kind.MASKED_TOKEN,
        Sequence.of(
            biased("dense").make(hidden, hidden, weights),
            new Activation(ActivationFunction.GELU),
            encoder.norm().make("layer_norm", hidden, weights)),
        encoder.decoder(HEAD, headConfig, headWeights));
  }

  private static LinearForm biased(String name) {
    return LinearForm.of(name).withBias(true);
  }
}
