package dev.amalgam.core.model;

import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.Rotary;
import dev.amalgam.core.layer.Sequence;
import dev.amalgam.core.layer.Xielu;
import dev.amalgam.core.weight.Weight;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Apertus (arXiv 2509.14233): xIELU without a gate, and norms of queries and keys. */
final class Apertus implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("apertus");
  }

  @Override
  public List<String> tokenTensors() {
    return LlamaParts.TOKEN_TENSORS;
  }

  @Override
  public Set<String> harmlessKeys() {
    return LlamaParts.HARMLESS_KEYS;
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    AttentionHeads heads = AttentionHeads.read(config);
    boolean bias = config.flag("attention_bias", false);
    config.mustBe("hidden_act", "xielu");
    config.mustBe("mlp_bias", false);
    config.mustBe("post_norm", false);
    config.mustBe("qk_norm", true);
    NormForm.Rms norm = NormForm.rms(config.positive("rms_norm_eps", 1e-5));
    Rotary rotary = RotaryConfig.of(config, heads.size()).withTheta(12_000_000).read();
    if (!config.has("rope_parameters") && !config.has("rope_scaling")) {
      throw new ModelException(
          "%s has neither rope_parameters nor rope_scaling, which this model needs"
              .formatted(config.place()));
    }
    BlockForm block =
        new BlockForm(
            new Arrangement.NormsBefore("attention_layernorm", "feedforward_layernorm"),
            norm,
            LlamaParts.attention(heads, rotary, bias, bias)
                .withNorms(
                    new AttentionForm.QueryKeyNorms("self_attn.q_norm", "self_attn.k_norm", norm)),
            mlp(config.count("intermediate_size")));
    return LlamaParts.model(config, "ApertusForCausalLM", norm, false, layer -> block)
        .build(source, head);
  }

  private static MlpForm mlp(int width) {
    return (hidden, weights) ->
        Sequence.of(
            LinearForm.of("mlp.up_proj").make(hidden, width, weights),
            activation(weights.under("mlp.act_fn.")),
            LinearForm.of("mlp.down_proj").make(width, hidden, weights));
  }

  private static Xielu activation(ModelWeights weights) {
    return new Xielu(
        weights.find("alpha_p", 1),
        weights.find("alpha_n", 1),
        constant("beta", weights),
        constant("eps", weights));
  }

  private static Optional<Weight> constant(String name, ModelWeights weights) {
    return weights.has(name) ? Optional.of(weights.find(name)) : Optional.empty();
  }
}
