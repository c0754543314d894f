package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.layer.EmbeddingTable;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.Sequence;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * ELECTRA (Clark et al., arXiv 2003.10555): BERT whose vectors of tokens may be narrower than its
 * states. Of a discriminator that tells replaced tokens the encoder is taken; a generator is a
 * masked language model.
 */
final class Electra implements ModelFamily {

  private static final String PROJECTION = "embeddings_project";

  @Override
  public Set<String> types() {
    return Set.of("electra");
  }

  @Override
  public List<String> tokenTensors() {
    return List.of(BertParts.TOKENS, "generator_lm_head.weight", "generator_lm_head.bias");
  }

  @Override
  public Set<String> harmlessKeys() {
    // Of a head for multiple choice, which cannot be run.
    return Set.of("summary_activation", "summary_type", "summary_use_proj");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    LanguageModel.Sizes sizes = BertParts.sizes(config, 0);
    int width = config.count("embedding_size", 128);
    EncoderEmbedding plain = BertParts.embedding(config, width, new EmbeddingTable.Position());
    return new EncoderModel(
            List.of("ElectraModel", "ElectraForPreTraining"),
            "electra.",
            sizes,
            width == sizes.hidden() ? plain : projected(plain, sizes.hidden()),
            BertParts.STACK,
            weights -> BertParts.layers(config).make(sizes.hidden(), weights),
            List.of(
                Roberta.classifier("ElectraForSequenceClassification", ActivationFunction.GELU),
                TaskHead.tags("ElectraForTokenClassification"),
                TaskHead.answers("ElectraForQuestionAnswering"),
                TaskHead.masked(
                    "ElectraForMaskedLM",
                    "generator_",
                    "generator_lm_head",
                    parts ->
                        parts.normalized(
                            "generator_predictions.dense",
                            ActivationFunction.GELU,
                            "generator_predictions.LayerNorm",
                            BertParts.norm(parts.config())))))
        .build(source, head);
  }

  private static EncoderEmbedding projected(EncoderEmbedding plain, int hidden) {
    return new EncoderEmbedding(
        plain.tokens(),
        plain.width(),
        plain.tables(),
        weights -> {
          Layer norm = plain.after().make(weights);
          return Sequence.of(norm, BertParts.map(PROJECTION).make(plain.width(), hidden, weights));
        });
  }
}
