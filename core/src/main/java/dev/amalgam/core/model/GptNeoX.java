package dev.amalgam.core.model;

import dev.amalgam.core.layer.ProjectionOrder;
import dev.amalgam.core.layer.Rotary;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** GPT-NeoX (arXiv 2204.06745) and Pythia (arXiv 2304.01373). */
final class GptNeoX implements ModelFamily {

  // The name of the head before transformers 5.
  private static final String HEAD = "embed_out";

  private static final List<String> BUFFERS =
      List.of("attention.bias", "attention.masked_bias", "rotary_emb.inv_freq");

  @Override
  public Set<String> types() {
    return Set.of("gpt_neox");
  }

  @Override
  public List<String> tokenTensors() {
    return List.of("embed_in.weight", HEAD + ".weight", "lm_head.weight");
  }

  @Override
  public Set<String> harmlessKeys() {
    return Set.of("is_decoder");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    AttentionHeads heads = AttentionHeads.equal(config, "hidden_size", "num_attention_heads");
    NormForm norm = NormForm.layerNorm(config.positive("layer_norm_eps", 1e-5));
    Rotary rotary =
        RotaryConfig.of(config, heads.size())
            .withTheta(config.positive("rotary_emb_base", 10_000))
            .withShare(config.positive("rotary_pct", 0.25))
            .read();
    boolean bias = config.flag("attention_bias", true);
    AttentionForm attention =
        AttentionForm.of(
                heads,
                List.of(LinearForm.of("attention.query_key_value").withBias(bias)),
                LinearForm.of("attention.dense").withBias(bias))
            .withOrder(ProjectionOrder.BY_GROUP)
            .withRotary(rotary);
    MlpForm mlp =
        new MlpForm.Plain(
            LinearForm.of("mlp.dense_h_to_4h").withBias(true),
            LinearForm.of("mlp.dense_4h_to_h").withBias(true),
            config.count("intermediate_size"),
            ActivationNames.read(config, "hidden_act", "gelu"));
    Arrangement arrangement =
        config.flag("use_parallel_residual", true)
            ? new Arrangement.ParallelWithTwoNorms("input_layernorm", "post_attention_layernorm")
            : LlamaParts.NORMS_BEFORE;
    BlockForm block = new BlockForm(arrangement, norm, attention, mlp);
    boolean renamed = source.weights().find("lm_head.weight").isPresent();
    return new LanguageModel(
            "GPTNeoXForCausalLM",
            "gpt_neox.",
            LlamaParts.sizes(config),
            EmbeddingForm.of("embed_in"),
            new LayerStack("layers.", config.count("num_hidden_layers"), layer -> block, BUFFERS),
            PredictionForm.of("final_layer_norm", norm, LinearForm.of(renamed ? "lm_head" : HEAD))
                .withTied(config.flag("tie_word_embeddings", false)))
        .build(source, head);
  }
}
