package dev.amalgam.core.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Phi-1, Phi-1.5 and Phi-2 (arXiv 2306.11644, 2309.05463). */
final class Phi implements ModelFamily {

  @Override
  public Set<String> types() {
    return Set.of("phi");
  }

  @Override
  public List<String> tokenTensors() {
    return List.of("embed_tokens.weight", "lm_head.weight", "lm_head.bias");
  }

  @Override
  public Set<String> harmlessKeys() {
    return LlamaParts.HARMLESS_KEYS;
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    config.mustBe("qk_layernorm", false);
    AttentionHeads heads = AttentionHeads.read(config);
    NormForm norm = NormForm.layerNorm(config.positive("layer_norm_eps", 1e-5));
    AttentionForm attention =
        AttentionForm.of(
                heads,
                Stream.of("q_proj", "k_proj", "v_proj")
                    .map(name -> biased("self_attn." + name))
                    .toList(),
                biased("self_attn.dense"))
            .withRotary(RotaryConfig.of(config, heads.size()).withShare(0.5).read());
    MlpForm mlp =
        new MlpForm.Plain(
            biased("mlp.fc1"),
            biased("mlp.fc2"),
            config.count("intermediate_size"),
            ActivationNames.read(config, "hidden_act", "gelu_new"));
    BlockForm block =
        new BlockForm(new Arrangement.ParallelWithOneNorm("input_layernorm"), norm, attention, mlp);
    return LlamaParts.model(config, "PhiForCausalLM", layer -> block)
        .withPrediction(
            PredictionForm.of("final_layernorm", norm, biased("lm_head"))
                .withTied(config.flag("tie_word_embeddings", false)))
        .build(source, head);
  }

  private static LinearForm biased(String name) {
    return LinearForm.of(name).withBias(true);
  }
}
