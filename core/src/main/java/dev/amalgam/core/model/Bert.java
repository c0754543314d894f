package dev.amalgam.core.model;

import dev.amalgam.core.layer.EmbeddingTable;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * BERT (Devlin et al., arXiv 1810.04805), as sequence classifier, masked language model or encoder
 * without a head.
 */
final class Bert implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("bert");
  }

  @Override
  public List<String> tokenTensors() {
    return BertParts.TOKEN_TENSORS;
  }

  @Override
  public Set<String> harmlessKeys() {
    // Written by the first converters of published checkpoints, read by nobody.
    return Set.of(
        "directionality",
        "pooler_fc_size",
        "pooler_num_attention_heads",
        "pooler_num_fc_layers",
        "pooler_size_per_head",
        "pooler_type");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    LanguageModel.Sizes sizes = BertParts.sizes(config, 0);
    return new EncoderModel(
            List.of("BertModel"),
            "bert.",
            sizes,
            BertParts.embedding(config, sizes.hidden(), new EmbeddingTable.Position()),
            BertParts.STACK,
            weights -> BertParts.layers(config).make(sizes.hidden(), weights),
            List.of(
                TaskHead.of(
                    "BertForSequenceClassification",
                    "classifier.weight",
                    parts -> parts.classifier(parts.pooler(), "classifier")),
                TaskHead.tags("BertForTokenClassification"),
                TaskHead.answers("BertForQuestionAnswering"),
                BertParts.masked("BertForMaskedLM")))
        .build(source, head);
  }
}
