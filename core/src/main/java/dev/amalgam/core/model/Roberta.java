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
 * RoBERTa (Liu et al., arXiv 1907.11692) and models of its shape, as sequence classifier, masked
 * language model or encoder without a head.
 *
 * @param type their {@code model_type}
 * @param encoder the architecture without a head
 * @param classifier the architecture of a sequence classifier
 * @param masked the architecture of a masked language model
 */
record Roberta(String type, String encoder, String classifier, String masked)
    implements ModelFamily {

  private static final String PREFIX = "roberta.";
  private static final String HEAD = "lm_head.";
  private static final int DEFAULT_PADDING = 1;

  /**
   * Creates the family.
   *
   * @param type its {@code model_type}
   * @param classes what the names of its architectures start with
   */
  Roberta(String type, String classes) {
    this(type, classes + "Model", classes + "ForSequenceClassification", classes + "ForMaskedLM");
  }

  @Override
  public Set<String> types() {
    return Set.of(type);
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
    Encoder body = Encoder.of(source, PREFIX, HEAD + "decoder.weight");
    int padding = config.tokenId("pad_token_id").orElse(DEFAULT_PADDING);
    ModelConfig headConfig = head.map(ModelSource::config).orElse(config);
    ModelWeights headWeights =
        head.map(from -> Encoder.weights(from, PREFIX)).orElse(body.weights());
    String stored = stored(headWeights.whole());
    List<String> known = List.of(encoder, classifier, masked);
    String named = Architectures.check(headConfig, known, stored);
    Architectures.check(config, known, stored);
    Head made;
    if (stored.equals(encoder) || named.equals(encoder)) {
      made = Architectures.noHead(head.isPresent(), headConfig);
    } else if (named.equals(classifier)) {
      made = classifier(body.hidden(), headConfig, headWeights.whole());
    } else {
      made = masked(body, headConfig, headWeights);
    }
    // Positions start behind the padding token's.
    int longest = config.count("max_position_embeddings") - padding - 1;
    return new Model(
        body.embedding(new EmbeddingTable.PositionBehindPadding(padding)),
        body.layers(),
        made,
        Math.max(1, longest));
  }

  // An encoder's config may name the head that it had when it was fine-tuned.
  private String stored(ModelWeights weights) {
    if (weights.has("classifier.dense.weight")) {
      return classifier;
    }
    return weights.hasAny(HEAD) ? masked : encoder;
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
