package dev.amalgam.core.model;

import dev.amalgam.core.layer.Embedding;
import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.weight.Weight;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An encoder as a family states it: an embedding, transformer layers one after the other, and the
 * heads that may follow.
 *
 * @param headless the class names by which configs mean it without a head, the usual one first
 * @param prefix what the names of its tensors start with, but for the heads'
 * @param sizes its sizes
 * @param embedding the first states
 * @param stack what the names of its layers' tensors start with; every such tensor is one of them
 * @param layers the transformer layers
 * @param heads the heads; where the config names none, it has the first whose tensors are stored
 */
record EncoderModel(
    List<String> headless,
    String prefix,
    LanguageModel.Sizes sizes,
    EncoderEmbedding embedding,
    String stack,
    Layers layers,
    List<TaskHead> heads) {

  /** Makes the transformer layers of an encoder. */
  interface Layers {
    /** Returns the layers that these tensors make. */
    List<Layer> make(ModelWeights weights);
  }

  EncoderModel {
    headless = List.copyOf(headless);
    heads = List.copyOf(heads);
  }

  /**
   * Returns the model. An encoder that stores no tensor of a head has none, whatever its config
   * names: that may be the head that it had when it was fine-tuned.
   *
   * @param from where the task head comes from, if from elsewhere
   * @throws dev.amalgam.core.layer.ModelException if the config names an architecture that is not
   *     known, or a tensor is missing, of another shape, or no part of the layers
   */
  Model build(ModelSource source, Optional<ModelSource> from) {
    ModelConfig config = source.config();
    ModelWeights weights = weights(source);
    Weight table = table(config, weights);
    ModelConfig headConfig = from.map(ModelSource::config).orElse(config);
    ModelWeights headWeights = from.map(this::weights).orElse(weights);
    Optional<TaskHead> stored =
        heads.stream().filter(head -> headWeights.whole().hasAny(head.probe())).findFirst();
    List<String> known =
        Stream.concat(headless.stream(), heads.stream().map(TaskHead::architecture)).toList();
    String standard = stored.map(TaskHead::architecture).orElse(headless.getFirst());
    String named = Architectures.check(headConfig, known, standard);
    Architectures.check(config, known, standard);
    HeadParts parts =
        new HeadParts(sizes.hidden(), weights, headConfig, headWeights, embedding.tokens(), table);
    Head made =
        heads.stream()
            .filter(head -> stored.isPresent() && head.architecture().equals(named))
            .findFirst()
            .map(head -> head.form().make(parts))
            .orElseGet(() -> Architectures.noHead(from.isPresent(), headConfig));
    Embedding first = embedding.make(table, sizes.hidden(), weights);
    List<Layer> blocks = layers.make(weights);
    weights.under(stack).checkAllFound(List.of());
    return new Model(first, blocks, made, sizes.positions());
  }

  private ModelWeights weights(ModelSource source) {
    return ModelWeights.inside(source.weights(), prefix, embedding.tokens());
  }

  /** Returns the table of tokens: where the decoder is the table, a model may store either. */
  private Weight table(ModelConfig config, ModelWeights weights) {
    Optional<String> decoder =
        heads.stream()
            .flatMap(head -> head.tied().stream())
            .filter(name -> HeadParts.isTied(config) && weights.whole().has(name))
            .findFirst();
    boolean stored = decoder.isEmpty() || weights.has(embedding.tokens());
    return stored
        ? weights.find(embedding.tokens(), sizes.vocabulary(), embedding.width())
        : weights.whole().find(decoder.get(), sizes.vocabulary(), embedding.width());
  }
}
