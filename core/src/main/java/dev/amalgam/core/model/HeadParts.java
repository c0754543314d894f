package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.layer.Activation;
import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.Linear;
import dev.amalgam.core.layer.Sequence;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.weight.Weight;
import java.util.Optional;

/**
 * Of what the heads of encoders are made.
 *
 * @param hidden the width of the last states
 * @param encoder the encoder's tensors
 * @param config the config that describes the head
 * @param head the tensors of the model that the head comes from, inside its prefix
 * @param tokens the name of the table of tokens
 * @param table the table of tokens
 */
record HeadParts(
    int hidden,
    ModelWeights encoder,
    ModelConfig config,
    ModelWeights head,
    String tokens,
    Weight table) {

  private static final String TIED = "tie_word_embeddings";

  /** Makes what comes between the last states and the map to logits. */
  interface TransformForm {
    /** Returns the layer that these parts make. */
    Layer make(HeadParts parts);
  }

  /** Returns whether a config says that the decoder is the table of tokens. */
  static boolean isTied(ModelConfig config) {
    return config.flag(TIED, true);
  }

  /** Returns a map with a bias, of the last states' width, and a function of what it gives. */
  Layer dense(String name, ActivationFunction function) {
    return dense(name, function, head.whole());
  }

  private Layer dense(String name, ActivationFunction function, ModelWeights weights) {
    return Sequence.of(
        LinearForm.of(name).withBias(true).make(hidden, hidden, weights), new Activation(function));
  }

  /**
   * Returns a map with a bias from the last states to vectors as wide as those of tokens, a
   * function of what it gives, and a norm.
   *
   * @param dense what the names of the map's tensors start with
   * @param norm the same of the norm's
   */
  Layer normalized(String dense, ActivationFunction function, String norm, NormForm form) {
    int width = Math.toIntExact(table.shape().dimension(1));
    return Sequence.of(
        LinearForm.of(dense).withBias(true).make(hidden, width, head.whole()),
        new Activation(function),
        form.make(norm, width, head.whole()));
  }

  /**
   * Returns the pooler of BERT, part of the encoder; only where that has none it comes with the
   * head.
   */
  Layer pooler() {
    boolean own = encoder.has("pooler.dense.weight");
    return dense("pooler.dense", ActivationFunction.TANH, own ? encoder : head);
  }

  /**
   * Returns a head that tells of a text what its config {@linkplain Classes#ofText says}.
   *
   * @param transform applied to the state of the first token
   * @param decoder what the names of the tensors of the map to classes start with
   */
  Head classifier(Layer transform, String decoder) {
    Classes classes = Classes.ofText(config);
    return new Head(classes.kind(), transform, outputs(decoder, classes.count()));
  }

  /** Returns a head that tells the class of each token. */
  Head tags(Layer transform, String decoder) {
    return new Head(Targets.Kind.TAG, transform, outputs(decoder, Classes.count(config)));
  }

  /** Returns a head that finds the first and the last token of an answer. */
  Head answers(Layer transform, String decoder) {
    return new Head(Targets.Kind.SPAN, transform, outputs(decoder, 2));
  }

  private Linear outputs(String decoder, int count) {
    return LinearForm.of(decoder).withBias(true).make(hidden, count, head.whole());
  }

  /**
   * Returns a head that tells which tokens are hidden by masks.
   *
   * @param transform applied to the states; what it gives is as wide as the vectors of tokens
   * @param decoder what the names of the decoder's tensors start with
   * @param bias the other name by which its bias may be stored
   */
  Head masked(Layer transform, String decoder, String bias) {
    long tokenCount = table.shape().dimension(0);
    return masked(
        transform,
        decoder,
        Optional.of(head.whole().findEither(decoder + ".bias", bias, tokenCount)));
  }

  /** Returns the same, whose decoder's bias is stored by the decoder's name, if it has one. */
  Head masked(Layer transform, String decoder, boolean bias) {
    String name = decoder + ".bias";
    long tokenCount = table.shape().dimension(0);
    return masked(
        transform,
        decoder,
        bias ? Optional.of(head.whole().find(name, tokenCount)) : Optional.empty());
  }

  private Head masked(Layer transform, String decoder, Optional<Weight> bias) {
    String weight = decoder + ".weight";
    Weight map =
        isTied(config)
            ? head.findTied(weight, tokens, table)
            : head.whole().find(weight, table.shape().toArray());
    return new Head(Targets.Kind.MASKED_TOKEN, transform, new Linear(map, bias, false));
  }
}
