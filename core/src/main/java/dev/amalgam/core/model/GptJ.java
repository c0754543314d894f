package dev.amalgam.core.model;

import dev.amalgam.core.layer.Rotary;
import dev.amalgam.core.layer.RotaryBase;
import dev.amalgam.core.layer.RotaryScaling;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** GPT-J (Wang and Komatsuzaki, 2021): neighbouring values of a head are rotated. */
final class GptJ implements ModelFamily {

  private static final List<String> BUFFERS = List.of("attn.bias", "attn.masked_bias");

  @Override
  public Set<String> types() {
    return Set.of("gptj");
  }

  @Override
  public List<String> tokenTensors() {
    return List.of("wte.weight", "lm_head.weight", "lm_head.bias");
  }

  @Override
  public Set<String> harmlessKeys() {
    return Set.of(
        "summary_activation",
        "summary_first_dropout",
        "summary_proj_to_labels",
        "summary_type",
        "summary_use_proj");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    config.mustBe("rotary", true);
    config.mustBe("scale_attn_weights", true);
    int hidden = config.count("n_embd");
    AttentionHeads heads = AttentionHeads.equal(config, "n_embd", "n_head");
    NormForm norm = NormForm.layerNorm(config.positive("layer_norm_epsilon", 1e-5));
    AttentionForm attention =
        AttentionForm.of(
                heads,
                LinearForm.all("attn.q_proj", "attn.k_proj", "attn.v_proj"),
                LinearForm.of("attn.out_proj"))
            .withRotary(rotary(config, heads.size()));
    MlpForm mlp =
        new MlpForm.Plain(
            LinearForm.of("mlp.fc_in").withBias(true),
            LinearForm.of("mlp.fc_out").withBias(true),
            config.count("n_inner", Math.multiplyExact(4, hidden)),
            ActivationNames.read(config, "activation_function", "gelu_new"));
    BlockForm block =
        new BlockForm(new Arrangement.ParallelWithOneNorm("ln_1"), norm, attention, mlp);
    return new LanguageModel(
            "GPTJForCausalLM",
            "transformer.",
            new LanguageModel.Sizes(
                hidden, config.count("vocab_size"), config.count("n_positions", 2048)),
            EmbeddingForm.of("wte"),
            new LayerStack("h.", config.count("n_layer"), layer -> block, BUFFERS),
            PredictionForm.of("ln_f", norm, LinearForm.of("lm_head").withBias(true))
                .withTied(config.flag("tie_word_embeddings", false)))
        .build(source, head);
  }

  private static Rotary rotary(ModelConfig config, int headSize) {
    int size = config.count("rotary_dim", 64);
    if (size % 2 != 0 || size > headSize) {
      throw config.unsupported(
          "rotary_dim", "an even number up to the %d values of a head".formatted(headSize));
    }
    return new Rotary(
        headSize, new RotaryBase(size, 10_000), new RotaryScaling.None(), Rotary.Pairs.NEIGHBOURS);
  }
}
