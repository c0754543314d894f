package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * GPT-2 (Radford et al., "Language models are unsupervised multitask learners", 2019). Its
 * projections are stored with the inputs first.
 */
final class Gpt2 implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("gpt2");
  }

  @Override
  public List<String> tokenTensors() {
    return List.of("wte.weight", "lm_head.weight");
  }

  @Override
  public Set<String> harmlessKeys() {
    return Set.of(
        "is_decoder",
        "n_ctx",
        // How attention is worked out, not what it gives.
        "reorder_and_upcast_attn",
        "summary_activation",
        "summary_first_dropout",
        "summary_proj_to_labels",
        "summary_type",
        "summary_use_proj");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    config.mustBe("add_cross_attention", false);
    int hidden = config.count("n_embd");
    NormForm norm = NormForm.layerNorm(config.positive("layer_norm_epsilon", 1e-5));
    AttentionHeads heads = AttentionHeads.equal(config, "n_embd", "n_head");
    AttentionForm attention =
        AttentionForm.of(heads, List.of(map("attn.c_attn")), map("attn.c_proj"));
    double scale = config.flag("scale_attn_weights", true) ? attention.scale() : 1;
    boolean scaledByLayer = config.flag("scale_attn_by_inverse_layer_idx", false);
    MlpForm mlp =
        new MlpForm.Plain(
            map("mlp.c_fc"),
            map("mlp.c_proj"),
            config.count("n_inner", Math.multiplyExact(4, hidden)),
            ActivationNames.read(config, "activation_function", "gelu_new"));
    return new LanguageModel(
            "GPT2LMHeadModel",
            "transformer.",
            new LanguageModel.Sizes(
                hidden, config.count("vocab_size"), config.count("n_positions", 1024)),
            EmbeddingForm.of("wte").withPositions("wpe"),
            new LayerStack(
                "h.",
                config.count("n_layer"),
                layer ->
                    new BlockForm(
                        new Arrangement.NormsBefore("ln_1", "ln_2"),
                        norm,
                        attention.withScale(scaledByLayer ? scale / (layer + 1) : scale),
                        mlp),
                List.of("attn.bias", "attn.masked_bias")),
            PredictionForm.of("ln_f", norm, LinearForm.of("lm_head"))
                .withTied(config.flag("tie_word_embeddings", true)))
        .build(source, head);
  }

  private static LinearForm map(String name) {
    return LinearForm.of(name).withBias(true).withInputsFirst();
  }
}
