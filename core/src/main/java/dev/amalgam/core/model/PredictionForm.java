package dev.amalgam.core.model;

import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.Linear;
import dev.amalgam.core.layer.Sequence;
import dev.amalgam.core.layer.Summary;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.weight.Weight;
import java.util.Optional;

/**
 * How a language model predicts the next token of its last states.
 *
 * @param normName what the names of the last norm's tensors start with
 * @param norm which norm that is
 * @param decoder the map to logits, by its full name
 * @param tied whether the embedding's table is that map's weight, so that it has none of its own
 *     (but where one is stored that differs)
 * @param after applied to the logits: {@link dev.amalgam.core.layer.SoftCap} or {@link
 *     dev.amalgam.core.layer.Scale}, or nothing
 */
public record PredictionForm(
    String normName, NormForm norm, LinearForm decoder, boolean tied, Layer after) {

  /** Returns a decoder with a weight of its own and logits as they are. */
  public static PredictionForm of(String normName, NormForm norm, LinearForm decoder) {
    return new PredictionForm(normName, norm, decoder, false, Sequence.of());
  }

  /** Returns the same with the embedding's table as the decoder's weight, or without. */
  public PredictionForm withTied(boolean shared) {
    return new PredictionForm(normName, norm, decoder, shared, after);
  }

  /** Returns the same with something applied to the logits. */
  public PredictionForm withAfter(Layer applied) {
    return new PredictionForm(normName, norm, decoder, tied, applied);
  }

  /** Returns the full name of the decoder's weight, if that is the embedding's table. */
  Optional<String> tiedName() {
    return tied ? Optional.of(decoder.name() + ".weight") : Optional.empty();
  }

  /**
   * Returns the head.
   *
   * @param embedding the name of the embedding's tensor
   * @param table the embedding
   */
  Head make(String embedding, Weight table, LanguageModel.Sizes sizes, ModelWeights weights) {
    Layer transform = last(sizes, weights);
    Linear map =
        tiedName()
            .map(head -> weights.findTied(head, embedding, table))
            .map(
                weight ->
                    new Linear(
                        weight, decoder.findBias(sizes.vocabulary(), weights.whole()), false))
            .orElseGet(() -> decoder.make(sizes.hidden(), sizes.vocabulary(), weights.whole()));
    return new Head(Targets.Kind.NEXT_TOKEN, transform, map, after);
  }

  /**
   * Returns the head of a model of the same states that tells of a text what its config {@linkplain
   * Classes#ofText says}: scores, without bias, of the last token that is no padding.
   */
  Head classifier(ModelConfig config, LanguageModel.Sizes sizes, ModelWeights weights) {
    Classes classes = Classes.ofText(config);
    return new Head(
            classes.kind(), last(sizes, weights), scores(false, classes.count(), sizes, weights))
        .withSummary(new Summary.Last(config.tokenId("pad_token_id").orElse(-1)));
  }

  /** Returns the head of a model of the same states that tells the class of each token. */
  Head tags(ModelConfig config, LanguageModel.Sizes sizes, ModelWeights weights) {
    return new Head(
        Targets.Kind.TAG,
        last(sizes, weights),
        scores(true, Classes.count(config), sizes, weights));
  }

  private static Linear scores(
      boolean bias, int count, LanguageModel.Sizes sizes, ModelWeights weights) {
    return LinearForm.of("score").withBias(bias).make(sizes.hidden(), count, weights.whole());
  }

  private Layer last(LanguageModel.Sizes sizes, ModelWeights weights) {
    return norm.make(normName, sizes.hidden(), weights);
  }
}
