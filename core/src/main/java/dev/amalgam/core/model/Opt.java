package dev.amalgam.core.model;

import dev.amalgam.core.layer.EmbeddingTable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** OPT (Zhang et al., arXiv 2205.01068) with norms before attention and network. */
final class Opt implements ModelFamily {

  private static final int POSITION_OFFSET = 2;

  @Override
  public Set<String> types() {
    return Set.of("opt");
  }

  @Override
  public List<String> tokenTensors() {
    return LlamaParts.TOKEN_TENSORS;
  }

  @Override
  public Set<String> harmlessKeys() {
    return Set.of("init_std", "layerdrop");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    int hidden = config.count("hidden_size");
    config.mustBe("do_layer_norm_before", true);
    config.mustBe("_remove_final_layer_norm", false);
    boolean affine = config.flag("layer_norm_elementwise_affine", true);
    int embedded = config.count("word_embed_proj_dim", hidden);
    if (embedded != hidden) {
      throw config.unsupported("word_embed_proj_dim", "%d, as hidden_size".formatted(hidden));
    }
    boolean bias = config.flag("enable_bias", true);
    NormForm norm = affine ? NormForm.layerNorm(1e-5) : NormForm.layerNormAlone(1e-5);
    AttentionHeads heads = AttentionHeads.equal(config, "hidden_size", "num_attention_heads");
    BlockForm block =
        new BlockForm(
            new Arrangement.NormsBefore("self_attn_layer_norm", "final_layer_norm"),
            norm,
            AttentionForm.of(
                heads,
                Stream.of("q_proj", "k_proj", "v_proj")
                    .map(name -> LinearForm.of("self_attn." + name).withBias(bias))
                    .toList(),
                LinearForm.of("self_attn.out_proj").withBias(bias)),
            new MlpForm.Plain(
                LinearForm.of("fc1").withBias(bias),
                LinearForm.of("fc2").withBias(bias),
                config.count("ffn_dim"),
                ActivationNames.read(config, "activation_function", "relu")));
    return new LanguageModel(
            "OPTForCausalLM",
            "model.decoder.",
            LlamaParts.sizes(config),
            EmbeddingForm.of("embed_tokens")
                .withPositions(
                    new EmbeddingForm.Positions(
                        "embed_positions",
                        new EmbeddingTable.AttendedPosition(POSITION_OFFSET),
                        POSITION_OFFSET)),
            LlamaParts.layers(config, layer -> block),
            PredictionForm.of("final_layer_norm", norm, LinearForm.of("lm_head"))
                .withTied(config.flag("tie_word_embeddings", true)))
        .build(source, head);
  }
}
