package dev.amalgam.core.model;

import dev.amalgam.core.layer.Embedding;
import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.weight.Weight;
import java.util.List;
import java.util.Optional;

/**
 * A causal language model as a family states it: an embedding, transformer layers one after the
 * other, and the prediction of the next token; or, where the config names the classifier of that
 * architecture, of a text's class or of each token's.
 *
 * @param architecture the class name by which configs mean it
 * @param prefix what the names of its tensors start with, but for the decoder's
 * @param sizes its sizes
 * @param embedding the first states
 * @param layers the transformer layers
 * @param prediction from the last states to logits
 */
public record LanguageModel(
    String architecture,
    String prefix,
    Sizes sizes,
    EmbeddingForm embedding,
    LayerStack layers,
    PredictionForm prediction) {

  // What the names of language models' architectures end in.
  private static final String HEADS = "(ForCausalLM|LMHeadModel)$";

  /**
   * The sizes of a language model.
   *
   * @param hidden the width of its states
   * @param vocabulary the number of tokens
   * @param positions the most tokens of a sequence
   */
  public record Sizes(int hidden, int vocabulary, int positions) {}

  /** Returns the same with other first states. */
  public LanguageModel withEmbedding(EmbeddingForm other) {
    return new LanguageModel(architecture, prefix, sizes, other, layers, prediction);
  }

  /** Returns the same with another prediction. */
  public LanguageModel withPrediction(PredictionForm other) {
    return new LanguageModel(architecture, prefix, sizes, embedding, layers, other);
  }

  /**
   * Returns the model.
   *
   * @param head refused if there is one: a language model has its own
   * @throws ModelException if the config names another architecture, or a tensor is missing, of
   *     another shape, or no part of the model
   */
  public Model build(ModelSource source, Optional<ModelSource> head) {
    String classifier = architecture.replaceFirst(HEADS, "ForSequenceClassification");
    String tagger = architecture.replaceFirst(HEADS, "ForTokenClassification");
    String named =
        Architectures.check(
            source.config(), List.of(architecture, classifier, tagger), architecture);
    if (head.isPresent()) {
      throw new ModelException(
          "%s is a language model, which has its own head; a head from elsewhere is for encoders"
              .formatted(source.config().place()));
    }
    ModelWeights weights = ModelWeights.inside(source.weights(), prefix, embedding.probe());
    Weight table =
        embedding.table(
            sizes, weights, prediction.tiedName().filter(_ -> named.equals(architecture)));
    Embedding first = embedding.make(table, sizes, weights);
    List<Layer> made = layers.make(sizes.hidden(), weights);
    Head last;
    if (named.equals(architecture)) {
      last = prediction.make(embedding.probe(), table, sizes, weights);
    } else if (named.equals(classifier)) {
      last = prediction.classifier(source.config(), sizes, weights);
    } else {
      last = prediction.tags(source.config(), sizes, weights);
    }
    return new Model(first, made, last, sizes.positions());
  }
}
