package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.layer.EmbeddingTable;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * DistilBERT (Sanh et al., arXiv 1910.01108): BERT without segments and pooler. Positions that are
 * sines ({@code sinusoidal_pos_embds}) are stored like those that are learned.
 */
final class Distilbert implements ModelFamily {

  private static final NormForm NORM = NormForm.layerNorm(1e-12);

  @Override
  public Set<String> types() {
    return Set.of("distilbert");
  }

  @Override
  public List<String> tokenTensors() {
    return List.of(BertParts.TOKENS, "vocab_projector.weight", "vocab_projector.bias");
  }

  @Override
  public Set<String> harmlessKeys() {
    // With tie_weights_ its decoder was the table of tokens before there was tie_word_embeddings.
    return Set.of("sinusoidal_pos_embds", "tie_weights_");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    int hidden = config.count("dim");
    LanguageModel.Sizes sizes =
        new LanguageModel.Sizes(
            hidden, config.count("vocab_size"), config.count("max_position_embeddings"));
    return new EncoderModel(
            List.of("DistilBertModel"),
            "distilbert.",
            sizes,
            new EncoderEmbedding(
                BertParts.TOKENS,
                hidden,
                List.of(BertParts.positions(config, new EmbeddingTable.Position())),
                weights -> NORM.make("embeddings.LayerNorm", hidden, weights)),
            "transformer.",
            weights -> layers(config).make(hidden, weights),
            List.of(
                TaskHead.of(
                    "DistilBertForSequenceClassification",
                    "pre_classifier.",
                    parts ->
                        parts.classifier(
                            parts.dense("pre_classifier", ActivationFunction.RELU), "classifier")),
                TaskHead.tags("DistilBertForTokenClassification"),
                TaskHead.answers("DistilBertForQuestionAnswering"),
                TaskHead.masked(
                    "DistilBertForMaskedLM",
                    "vocab_",
                    "vocab_projector",
                    parts ->
                        parts.normalized(
                            "vocab_transform",
                            activation(parts.config()),
                            "vocab_layer_norm",
                            NORM))))
        .build(source, head);
  }

  private static LayerStack layers(ModelConfig config) {
    BlockForm block =
        new BlockForm(
            new Arrangement.NormsAfterSums("sa_layer_norm", "output_layer_norm"),
            NORM,
            BertParts.attention(
                AttentionHeads.equal(config, "dim", "n_heads"),
                "attention.q_lin",
                "attention.k_lin",
                "attention.v_lin",
                "attention.out_lin"),
            new MlpForm.Plain(
                BertParts.map("ffn.lin1"),
                BertParts.map("ffn.lin2"),
                config.count("hidden_dim"),
                activation(config)));
    return new LayerStack(
        "transformer.layer.", config.count("n_layers"), layer -> block, List.of());
  }

  private static ActivationFunction activation(ModelConfig config) {
    return ActivationNames.read(config, "activation", "gelu");
  }
}
