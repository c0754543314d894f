package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.layer.AttentionShape;
import dev.amalgam.core.layer.Embedding;
import dev.amalgam.core.layer.EmbeddingTable;
import dev.amalgam.core.layer.GatedMlp;
import dev.amalgam.core.layer.Head;
import dev.amalgam.core.layer.HeadNorms;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.Linear;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.Residual;
import dev.amalgam.core.layer.Rotary;
import dev.amalgam.core.layer.SelfAttention;
import dev.amalgam.core.layer.Sequence;
import dev.amalgam.core.layer.Targets;
import dev.amalgam.core.weight.Weight;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The decoder that Llama, Mistral and Qwen share: RMSNorm before attention and before a gated MLP,
 * each within a residual connection; rotary positions; grouped queries.
 *
 * @param headSize the number of values in a head
 * @param queryKeyValueBias whether those projections have a bias
 * @param outputBias whether the attention's output projection has one
 * @param mlpBias whether the projections of the MLP have one
 * @param headNorms whether queries and keys are normalised head by head
 * @param window the attention window of each layer
 * @param tied whether the embedding is the output projection too, if the config does not say
 */
record RotaryDecoder(
    int headSize,
    boolean queryKeyValueBias,
    boolean outputBias,
    boolean mlpBias,
    boolean headNorms,
    IntUnaryOperator window,
    boolean tied) {

  static final List<String> TOKEN_TENSORS = List.of("embed_tokens.weight", "lm_head.weight");

  /** Returns the size of heads that a config names, or the hidden size shared out among them. */
  static int headSize(ModelConfig config) {
    int hidden = config.count("hidden_size");
    int heads = config.count("num_attention_heads");
    return config
        .optionalCount("head_dim")
        .orElseGet(
            () -> {
              if (hidden % heads != 0) {
                throw new ModelException(
                    "%s: hidden_size %d cannot be shared out among %d heads"
                        .formatted(config.place(), hidden, heads));
              }
              return hidden / heads;
            });
  }

  /** Returns the causal language model of this form. */
  Model build(ModelSource source, String architecture, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    Architectures.check(config, List.of(architecture), architecture);
    if (head.isPresent()) {
      throw new ModelException(
          "%s is a language model, which has its own head; a head from elsewhere is for encoders"
              .formatted(config.place()));
    }
    ModelWeights weights = new ModelWeights(source.weights(), "model.", "embed_tokens.weight");
    int hidden = config.count("hidden_size");
    int vocabulary = config.count("vocab_size");
    double epsilon = config.positive("rms_norm_eps", 1e-6);
    Weight embedding = weights.inner("embed_tokens.weight", vocabulary, hidden);
    Rotary rotary = RotaryConfig.read(config, headSize);
    List<Layer> layers =
        IntStream.range(0, config.count("num_hidden_layers"))
            .mapToObj(index -> layer(index, config, weights, rotary, epsilon))
            .toList();
    Layer norm = weights.rmsNorm("norm", hidden, epsilon);
    Linear decoder =
        config.flag("tie_word_embeddings", tied)
            ? new Linear(embedding, Optional.empty(), false)
            : weights.linearOuter("lm_head", hidden, vocabulary, false);
    weights.checkAllFound("layers.", "rotary_emb.inv_freq");
    return new Model(
        new Embedding(
            List.of(new EmbeddingTable(embedding, new EmbeddingTable.Token())), Sequence.of()),
        layers,
        new Head(Targets.Kind.NEXT_TOKEN, norm, decoder),
        config.count("max_position_embeddings", Integer.MAX_VALUE));
  }

  private Layer layer(
      int index, ModelConfig config, ModelWeights weights, Rotary rotary, double epsilon) {
    int hidden = config.count("hidden_size");
    int heads = config.count("num_attention_heads");
    int keyHeads = config.count("num_key_value_heads", heads);
    if (heads % keyHeads != 0) {
      throw new ModelException(
          "%s: %d heads cannot share %d key heads".formatted(config.place(), heads, keyHeads));
    }
    int intermediate = config.count("intermediate_size");
    ActivationFunction function = ActivationNames.read(config, "hidden_act", "silu");
    String name = "layers." + index + ".";
    String attention = name + "self_attn.";
    int queryWidth = Math.multiplyExact(heads, headSize);
    int keyWidth = Math.multiplyExact(keyHeads, headSize);
    Layer selfAttention =
        new SelfAttention(
            index,
            new AttentionShape(
                heads,
                keyHeads,
                headSize,
                (float) (1 / Math.sqrt(headSize)),
                true,
                window.applyAsInt(index)),
            List.of(
                weights.linear(attention + "q_proj", hidden, queryWidth, queryKeyValueBias),
                weights.linear(attention + "k_proj", hidden, keyWidth, queryKeyValueBias),
                weights.linear(attention + "v_proj", hidden, keyWidth, queryKeyValueBias)),
            headNorms
                ? Optional.of(
                    new HeadNorms(
                        weights.rmsNorm(attention + "q_norm", headSize, epsilon),
                        weights.rmsNorm(attention + "k_norm", headSize, epsilon)))
                : Optional.empty(),
            Optional.of(rotary),
            weights.linear(attention + "o_proj", queryWidth, hidden, outputBias));
    Layer mlp =
        new GatedMlp(
            weights.linear(name + "mlp.gate_proj", hidden, intermediate, mlpBias),
            weights.linear(name + "mlp.up_proj", hidden, intermediate, mlpBias),
            weights.linear(name + "mlp.down_proj", intermediate, hidden, mlpBias),
            function);
    return Sequence.of(
        Residual.around(weights.rmsNorm(name + "input_layernorm", hidden, epsilon), selfAttention),
        Residual.around(weights.rmsNorm(name + "post_attention_layernorm", hidden, epsilon), mlp));
  }
}
