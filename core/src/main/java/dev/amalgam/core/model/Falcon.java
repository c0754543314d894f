package dev.amalgam.core.model;

import dev.amalgam.core.layer.ProjectionOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Falcon (arXiv 2311.16867) in both of its architectures, with rotations. */
final class Falcon implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("falcon");
  }

  @Override
  public List<String> tokenTensors() {
    return List.of("word_embeddings.weight", "lm_head.weight");
  }

  @Override
  public Set<String> harmlessKeys() {
    return Set.of("ff_factor");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    config.mustBe("alibi", false);
    config.mustBe("apply_residual_connection_post_layernorm", false);
    int hidden = config.count("hidden_size");
    boolean renewed = config.flag("new_decoder_architecture", false);
    boolean bias = config.flag("bias", false);
    AttentionHeads heads = heads(config, renewed);
    AttentionForm attention =
        AttentionForm.of(
                heads,
                List.of(LinearForm.of("self_attention.query_key_value").withBias(bias)),
                LinearForm.of("self_attention.dense").withBias(bias))
            .withOrder(ProjectionOrder.BY_GROUP)
            .withRotary(RotaryConfig.read(config, heads.size()));
    MlpForm mlp =
        new MlpForm.Plain(
            LinearForm.of("mlp.dense_h_to_4h").withBias(bias),
            LinearForm.of("mlp.dense_4h_to_h").withBias(bias),
            config.count("ffn_hidden_size", Math.multiplyExact(4, hidden)),
            ActivationNames.read(config, "activation", "gelu"));
    NormForm norm = NormForm.layerNorm(config.positive("layer_norm_epsilon", 1e-5));
    BlockForm block = new BlockForm(arrangement(config, renewed), norm, attention, mlp);
    return new LanguageModel(
            "FalconForCausalLM",
            "transformer.",
            LlamaParts.sizes(config),
            EmbeddingForm.of("word_embeddings"),
            new LayerStack(
                "h.",
                config.count("num_hidden_layers"),
                layer -> block,
                List.of("rotary_emb.inv_freq")),
            PredictionForm.of("ln_f", norm, LinearForm.of("lm_head"))
                .withTied(config.flag("tie_word_embeddings", true)))
        .build(source, head);
  }

  // The older architecture does not look at num_kv_heads where it has one head of keys.
  private static AttentionHeads heads(ModelConfig config, boolean renewed) {
    AttentionHeads all = AttentionHeads.equal(config, "hidden_size", "num_attention_heads");
    int stated = config.count("num_kv_heads", all.queries());
    int keys = !renewed && config.flag("multi_query", true) ? 1 : stated;
    config.has("multi_query");
    if (all.queries() % keys != 0 || !renewed && keys != 1 && keys != all.queries()) {
      throw config.unsupported("num_kv_heads", "a number that fits the other heads");
    }
    return new AttentionHeads(all.queries(), keys, all.size());
  }

  private static Arrangement arrangement(ModelConfig config, boolean renewed) {
    int norms = config.count("num_ln_in_parallel_attn", renewed ? 2 : 1);
    if (norms > (renewed ? 2 : 1)) {
      throw config.unsupported("num_ln_in_parallel_attn", renewed ? "1, 2" : "1");
    }
    if (renewed) {
      config.mustBe("parallel_attn", true);
      return norms == 2
          ? new Arrangement.ParallelWithTwoNorms("ln_attn", "ln_mlp")
          : new Arrangement.ParallelWithOneNorm("input_layernorm");
    }
    return config.flag("parallel_attn", true)
        ? new Arrangement.ParallelWithOneNorm("input_layernorm")
        : LlamaParts.NORMS_BEFORE;
  }
}
