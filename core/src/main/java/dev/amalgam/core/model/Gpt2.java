package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.layer.Activation;
import dev.amalgam.core.layer.AttentionShape;
import dev.amalgam.core.layer.Embedding;
import dev.amalgam.core.layer.EmbeddingTable;
import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.Linear;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.Residual;
import dev.amalgam.core.layer.SelfAttention;
import dev.amalgam.core.layer.Sequence;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.weight.Weight;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * GPT-2 (Radford et al., "Language models are unsupervised multitask learners", 2019). Its
 * projections are stored with the inputs first.
 */
final class Gpt2 implements ModelFamily {

  private static final String ARCHITECTURE = "GPT2LMHeadModel";

  @Override
  public Set<String> types() {
    return Set.of("gpt2");
  }

  @Override
  public List<String> tokenTensors() {
    return List.of("wte.weight", "lm_head.weight");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    Architectures.check(config, List.of(ARCHITECTURE), ARCHITECTURE);
    if (head.isPresent()) {
      throw new ModelException(
          "%s is a language model, which has its own head; a head from elsewhere is for encoders"
              .formatted(config.place()));
    }
    if (config.flag("add_cross_attention", false)) {
      throw config.unsupported("add_cross_attention", "false");
    }
    ModelWeights weights = new ModelWeights(source.weights(), "transformer.", "wte.weight");
    int hidden = config.count("n_embd");
    int vocabulary = config.count("vocab_size");
    int positions = config.count("n_positions", 1024);
    double epsilon = config.positive("layer_norm_epsilon", 1e-5);
    Weight embedding = weights.inner("wte.weight", vocabulary, hidden);
    Weight positionTable = weights.inner("wpe.weight", positions, hidden);
    List<Layer> layers =
        IntStream.range(0, config.count("n_layer"))
            .mapToObj(index -> layer(index, config, weights, epsilon))
            .toList();
    Layer norm = weights.layerNorm("ln_f", hidden, epsilon);
    Linear decoder =
        config.flag("tie_word_embeddings", true)
            ? new Linear(embedding, Optional.empty(), false)
            : weights.linearOuter("lm_head", hidden, vocabulary, false);
    weights.checkAllFound("h.", "attn.bias", "attn.masked_bias");
    return new Model(
        new Embedding(
            List.of(
                new EmbeddingTable(embedding, new EmbeddingTable.Token()),
                new EmbeddingTable(positionTable, new EmbeddingTable.Position())),
            Sequence.of()),
        layers,
        new Head(Targets.Kind.NEXT_TOKEN, norm, decoder),
        positions);
  }

  private static Layer layer(int index, ModelConfig config, ModelWeights weights, double epsilon) {
    int hidden = config.count("n_embd");
    int heads = config.count("n_head");
    if (hidden % heads != 0) {
      throw new ModelException(
          "%s: n_embd %d cannot be shared out among %d heads"
              .formatted(config.place(), hidden, heads));
    }
    int headSize = hidden / heads;
    int intermediate = config.count("n_inner", Math.multiplyExact(4, hidden));
    ActivationFunction function = ActivationNames.read(config, "activation_function", "gelu_new");
    double scale = config.flag("scale_attn_weights", true) ? 1 / Math.sqrt(headSize) : 1;
    if (config.flag("scale_attn_by_inverse_layer_idx", false)) {
      scale /= index + 1;
    }
    String name = "h." + index + ".";
    Layer attention =
        new SelfAttention(
            index,
            new AttentionShape(heads, heads, headSize, (float) scale, true, Integer.MAX_VALUE),
            List.of(weights.convolution(name + "attn.c_attn", hidden, 3 * hidden)),
            Optional.empty(),
            Optional.empty(),
            weights.convolution(name + "attn.c_proj", hidden, hidden));
    return Sequence.of(
        Residual.around(weights.layerNorm(name + "ln_1", hidden, epsilon), attention),
        Residual.around(
            weights.layerNorm(name + "ln_2", hidden, epsilon),
            weights.convolution(name + "mlp.c_fc", hidden, intermediate),
            new Activation(function),
            weights.convolution(name + "mlp.c_proj", intermediate, hidden)));
  }
}
