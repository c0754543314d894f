package dev.amalgam.core.outside;

import dev.amalgam.core.layer.SoftCap;
import dev.amalgam.core.model.ActivationNames;
import dev.amalgam.core.model.Arrangement;
import dev.amalgam.core.model.AttentionForm;
import dev.amalgam.core.model.AttentionHeads;
import dev.amalgam.core.model.AttentionReach;
import dev.amalgam.core.model.BlockForm;
import dev.amalgam.core.model.EmbeddingForm;
import dev.amalgam.core.model.LanguageModel;
import dev.amalgam.core.model.LinearForm;
import dev.amalgam.core.model.LlamaParts;
import dev.amalgam.core.model.MlpForm;
import dev.amalgam.core.model.Model;
import dev.amalgam.core.model.ModelConfig;
import dev.amalgam.core.model.ModelFamily;
import dev.amalgam.core.model.ModelSource;
import dev.amalgam.core.model.NormForm;
import dev.amalgam.core.model.PredictionForm;
import dev.amalgam.core.model.RotaryConfig;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** A decoder after the manner of Gemma 2, as somebody else's jar would bring it. */
public final class SandwichFamily implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("sandwich");
  }

  @Override
  public List<String> tokenTensors() {
    return LlamaParts.TOKEN_TENSORS;
  }

  @Override
  public Set<String> harmlessKeys() {
    return Set.of("filling");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    LanguageModel.Sizes sizes = LlamaParts.sizes(config);
    AttentionHeads heads = AttentionHeads.read(config);
    NormForm.Rms norm = NormForm.rmsAroundOne(config.positive("rms_norm_eps", 1e-6));
    IntFunction<AttentionForm.Reach> reach = AttentionReach.read(config);
    AttentionForm attention =
        LlamaParts.attention(heads, RotaryConfig.read(config, heads.size()), false, false)
            .withScale(1 / Math.sqrt(config.positive("query_pre_attn_scalar", 256)))
            .withSoftCap(cap(config, "attn_logit_softcapping", 50));
    MlpForm mlp =
        new MlpForm.Gated(
            LinearForm.of("mlp.gate_proj"),
            LinearForm.of("mlp.up_proj"),
            LinearForm.of("mlp.down_proj"),
            config.count("intermediate_size"),
            ActivationNames.read(config, "hidden_activation", "gelu_pytorch_tanh"));
    Arrangement arrangement =
        new Arrangement.NormsAround(
            "input_layernorm",
            "post_attention_layernorm",
            "pre_feedforward_layernorm",
            "post_feedforward_layernorm");
    return new LanguageModel(
            "SandwichForCausalLM",
            "model.",
            sizes,
            EmbeddingForm.of("embed_tokens").withScale(Math.sqrt(sizes.hidden())),
            LlamaParts.layers(
                config,
                layer ->
                    new BlockForm(arrangement, norm, attention.withReach(reach.apply(layer)), mlp)),
            PredictionForm.of("norm", norm, LinearForm.of("lm_head"))
                .withTied(config.flag("tie_word_embeddings", true))
                .withAfter(cap(config, "final_logit_softcapping", 30)))
        .build(source, head);
  }

  private static SoftCap cap(ModelConfig config, String key, double standard) {
    return new SoftCap((float) config.positive(key, standard));
  }
}
