package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.layer.EmbeddingTable;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * RoBERTa (Liu et al., arXiv 1907.11692) and models of its shape, as sequence classifier, masked
 * language model or encoder without a head.
 *
 * @param type their {@code model_type}
 * @param classes what the names of their architectures start with
 */
record Roberta(String type, String classes) implements ModelFamily {

  private static final String HEAD = "lm_head.";
  private static final int DEFAULT_PADDING = 1;

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
    int padding = config.tokenId("pad_token_id").orElse(DEFAULT_PADDING);
    // Positions start behind the padding token's.
    LanguageModel.Sizes sizes = BertParts.sizes(config, padding + 1);
    return new EncoderModel(
            List.of(classes + "Model"),
            "roberta.",
            sizes,
            BertParts.embedding(
                config, sizes.hidden(), new EmbeddingTable.PositionBehindPadding(padding)),
            BertParts.STACK,
            weights -> BertParts.layers(config).make(sizes.hidden(), weights),
            List.of(
                classifier(classes + "ForSequenceClassification", ActivationFunction.TANH),
                TaskHead.tags(classes + "ForTokenClassification"),
                TaskHead.answers(classes + "ForQuestionAnswering"),
                masked(classes + "ForMaskedLM")))
        .build(source, head);
  }

  /** Returns RoBERTa's head of a sequence classifier, with this function. */
  static TaskHead classifier(String architecture, ActivationFunction function) {
    return TaskHead.of(
        architecture,
        "classifier.dense.weight",
        parts ->
            parts.classifier(parts.dense("classifier.dense", function), "classifier.out_proj"));
  }

  /** Returns RoBERTa's head of a masked language model. */
  static TaskHead masked(String architecture) {
    return TaskHead.masked(
        architecture,
        HEAD,
        HEAD + "decoder",
        HEAD + "bias",
        parts ->
            parts.normalized(
                HEAD + "dense",
                ActivationFunction.GELU,
                HEAD + "layer_norm",
                BertParts.norm(parts.config())));
  }
}
