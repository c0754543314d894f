package dev.amalgam.core.model;

import dev.amalgam.core.kernel.ActivationFunction;
import dev.amalgam.core.layer.Rotary;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * NomicBERT (Nussbaum et al., arXiv 2402.01613): BERT with rotated queries and keys and a gated
 * network, without biases in its layers. Configs and tensors are read as transformers 5 writes
 * them, and as the models were published.
 */
final class NomicBert implements ModelFamily {

  private static final double THETA = 1000;

  /**
   * What the tensors are called.
   *
   * @param stack before the number of a layer
   * @param embeddingNorm the norm of the embedding
   * @param projections the maps to queries, keys and values, or one for all side by side
   * @param output the map of what the heads give
   * @param gate the map whose result goes through a function
   * @param up the map that is gated
   * @param down the map back
   * @param norms the norms of a block
   */
  private record Names(
      String stack,
      String embeddingNorm,
      List<String> projections,
      String output,
      String gate,
      String up,
      String down,
      Arrangement norms) {}

  private static final Names TRANSFORMERS =
      new Names(
          "layers.",
          "embeddings.LayerNorm",
          List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
          "self_attn.o_proj",
          "mlp.gate_proj",
          "mlp.up_proj",
          "mlp.down_proj",
          new Arrangement.NormsAfterSums("post_attention_layernorm", "post_mlp_layernorm"));

  private static final Names PUBLISHED =
      new Names(
          "encoder.layers.",
          "emb_ln",
          List.of("attn.Wqkv"),
          "attn.out_proj",
          "mlp.fc12",
          "mlp.fc11",
          "mlp.fc2",
          new Arrangement.NormsAfterSums("norm1", "norm2"));

  /**
   * What both forms of config say.
   *
   * @param sizes the sizes
   * @param heads the heads of attention
   * @param layers the number of layers
   * @param width of the network
   * @param norm which norms
   * @param rotary the rotation
   */
  private record Values(
      LanguageModel.Sizes sizes,
      AttentionHeads heads,
      int layers,
      int width,
      NormForm norm,
      Rotary rotary) {}

  @Override
  public Set<String> types() {
    return Set.of("nomic_bert");
  }

  @Override
  public List<String> tokenTensors() {
    return BertParts.TOKEN_TENSORS;
  }

  @Override
  public Set<String> harmlessKeys() {
    return Set.of(
        // How it is worked out, and on what it was trained.
        "dense_seq_output",
        "fused_bias_fc",
        "fused_dropout_add_ln",
        "last_layer_subset",
        "max_trained_positions",
        "pad_vocab_size_multiple",
        "parallel_block_tied_norm",
        "reorder_and_upcast_attn",
        "summary_activation",
        "summary_first_dropout",
        "summary_proj_to_labels",
        "summary_type",
        "summary_use_proj",
        "use_flash_attn",
        "use_xentropy");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    Values values = config.has("n_embd") ? published(config) : ofTransformers(config);
    boolean old = source.weights().names().stream().anyMatch(name -> name.contains("emb_ln."));
    boolean bert = source.weights().names().stream().anyMatch(name -> name.startsWith("bert."));
    Names names = old ? PUBLISHED : TRANSFORMERS;
    int hidden = values.sizes().hidden();
    return new EncoderModel(
            List.of("NomicBertModel"),
            bert ? "bert." : "nomic_bert.",
            values.sizes(),
            new EncoderEmbedding(
                BertParts.TOKENS,
                hidden,
                List.of(BertParts.segments(config)),
                weights -> values.norm().make(names.embeddingNorm(), hidden, weights)),
            names.stack(),
            weights -> layers(values, names).make(hidden, weights),
            List.of(
                TaskHead.of(
                    "NomicBertForSequenceClassification",
                    "classifier.",
                    parts -> parts.classifier(parts.pooler(), "classifier")),
                TaskHead.tags("NomicBertForTokenClassification"),
                BertParts.masked(
                    "NomicBertForMaskedLM",
                    "layer_norm",
                    parts -> ActivationNames.read(parts.config(), "hidden_act", "silu"),
                    parts -> values.norm())))
        .build(source, head);
  }

  private static LayerStack layers(Values values, Names names) {
    BlockForm block =
        new BlockForm(
            names.norms(),
            values.norm(),
            AttentionForm.of(
                    values.heads(),
                    names.projections().stream().map(LinearForm::of).toList(),
                    LinearForm.of(names.output()))
                .withReach(new AttentionForm.Reach.Everything())
                .withRotary(values.rotary()),
            new MlpForm.Gated(
                LinearForm.of(names.gate()),
                LinearForm.of(names.up()),
                LinearForm.of(names.down()),
                values.width(),
                ActivationFunction.SILU));
    return new LayerStack(names.stack(), values.layers(), layer -> block, List.of());
  }

  private static Values ofTransformers(ModelConfig config) {
    config.mustBe("hidden_act", "silu");
    AttentionHeads heads = AttentionHeads.read(config);
    return new Values(
        new LanguageModel.Sizes(
            config.count("hidden_size"),
            config.count("vocab_size"),
            config.count("max_position_embeddings", 2048)),
        heads,
        config.count("num_hidden_layers"),
        config.count("intermediate_size"),
        BertParts.norm(config),
        config.has("rope_parameters")
            ? RotaryConfig.read(config, heads.size())
            : RotaryConfig.plain(config, heads.size(), config.positive("rope_theta", THETA)));
  }

  private static Values published(ModelConfig config) {
    for (String key :
        List.of(
            "causal",
            "mlp_fc1_bias",
            "mlp_fc2_bias",
            "parallel_block",
            "prenorm",
            "qkv_proj_bias",
            "rotary_emb_interleaved",
            "scale_attn_by_inverse_layer_idx",
            "use_rms_norm")) {
      config.mustBe(key, false);
    }
    config.mustBe("scale_attn_weights", true);
    config.mustBe("activation_function", "swiglu");
    config.mustBe("rotary_emb_fraction", 1);
    AttentionHeads heads = AttentionHeads.equal(config, "n_embd", "n_head");
    int hidden = config.count("n_embd");
    return new Values(
        new LanguageModel.Sizes(
            hidden, config.count("vocab_size"), config.count("n_positions", 2048)),
        heads,
        config.count("n_layer"),
        config.count("n_inner", Math.multiplyExact(4, hidden)),
        NormForm.layerNorm(config.positive("layer_norm_epsilon", 1e-12)),
        RotaryConfig.plain(config, heads.size(), config.positive("rotary_emb_base", THETA)));
  }
}
