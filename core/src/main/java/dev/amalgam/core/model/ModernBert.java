package dev.amalgam.core.model;

import dev.amalgam.core.layer.Activation;
import dev.amalgam.core.layer.Layer;
import dev.amalgam.core.layer.ModelException;
import dev.amalgam.core.layer.Rotary;
import dev.amalgam.core.layer.Sequence;
import dev.amalgam.core.layer.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * ModernBERT (Warner et al., arXiv 2412.13663): norms come before, most layers attend to the tokens
 * around only, and positions are rotations, of another base in those layers.
 */
final class ModernBert implements ModelFamily {

  private static final String PREFIX = "model.";
  private static final String TOKENS = "embeddings.tok_embeddings.weight";
  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";
  private static final Arrangement NORMS = new Arrangement.NormsBefore("attn_norm", "mlp_norm");

  @Override
  public Set<String> types() {
    return Set.of("modernbert");
  }

  @Override
  public List<String> tokenTensors() {
    return List.of(TOKENS, "decoder.weight", "decoder.bias");
  }

  @Override
  public Set<String> harmlessKeys() {
    return Set.of(
        // Of heads, which ask for them where they are there.
        "classifier_activation",
        "classifier_bias",
        "classifier_pooling",
        "decoder_bias",
        "deterministic_flash_attn",
        "initializer_cutoff_factor",
        // That of the norms is norm_eps.
        "layer_norm_eps",
        "position_embedding_type",
        "reference_compile",
        "repad_logits_with_grad",
        // Of which tokens logits are worked out, not what they are.
        "sparse_pred_ignore_index",
        "sparse_prediction");
  }

  @Override
  public Model build(ModelSource source, Optional<ModelSource> head) {
    ModelConfig config = source.config();
    LanguageModel.Sizes sizes =
        new LanguageModel.Sizes(
            config.count("hidden_size"),
            config.count("vocab_size"),
            config.count("max_position_embeddings", 8192));
    NormForm norm = norm(config);
    return new EncoderModel(
            List.of("ModernBertModel"),
            PREFIX,
            sizes,
            new EncoderEmbedding(
                TOKENS,
                sizes.hidden(),
                List.of(),
                weights -> norm.make("embeddings.norm", sizes.hidden(), weights)),
            "layers.",
            weights -> layers(config, sizes.hidden(), weights),
            List.of(
                TaskHead.of(
                    "ModernBertForSequenceClassification",
                    "classifier.",
                    parts ->
                        parts
                            .classifier(transform(parts), "classifier")
                            .withSummary(summary(parts.config()))),
                TaskHead.of(
                    "ModernBertForTokenClassification",
                    "classifier.",
                    parts -> parts.tags(transform(parts), "classifier")),
                TaskHead.of(
                    "ModernBertForQuestionAnswering",
                    "classifier.",
                    parts -> parts.answers(transform(parts), "classifier")),
                new TaskHead(
                    "ModernBertForMaskedLM",
                    "head.",
                    Optional.of("decoder.weight"),
                    parts ->
                        parts.masked(
                            transform(parts),
                            "decoder",
                            parts.config().flag("decoder_bias", true)))))
        .build(source, head);
  }

  private static NormForm norm(ModelConfig config) {
    double epsilon = config.positive("norm_eps", 1e-5);
    return config.flag("norm_bias", false)
        ? NormForm.layerNorm(epsilon)
        : NormForm.layerNormWithoutBias(epsilon);
  }

  private static Summary summary(ModelConfig config) {
    return switch (config.text("classifier_pooling").orElse("cls")) {
      case "cls" -> new Summary.First();
      case "mean" -> new Summary.Mean();
      default -> throw config.unsupported("classifier_pooling", "cls, mean");
    };
  }

  private static Layer transform(HeadParts parts) {
    ModelWeights weights = parts.head().whole().under("head.");
    return Sequence.of(
        LinearForm.of("dense")
            .withBias(parts.config().flag("classifier_bias", false))
            .make(parts.hidden(), parts.hidden(), weights),
        new Activation(ActivationNames.read(parts.config(), "classifier_activation", "gelu")),
        norm(parts.config()).make("norm", parts.hidden(), weights));
  }

  private static List<Layer> layers(ModelConfig config, int hidden, ModelWeights weights) {
    IntFunction<String> types = types(config);
    AttentionHeads heads = AttentionHeads.equal(config, "hidden_size", "num_attention_heads");
    boolean bias = config.flag("attention_bias", false);
    AttentionForm plain =
        AttentionForm.of(
            heads,
            List.of(LinearForm.of("attn.Wqkv").withBias(bias)),
            LinearForm.of("attn.Wo").withBias(bias));
    Map<String, Rotary> rotations = rotations(config, heads.size());
    AttentionForm full =
        plain.withReach(new AttentionForm.Reach.Everything()).withRotary(rotations.get(FULL));
    AttentionForm sliding =
        plain
            .withReach(new AttentionForm.Reach.Around(config.count("local_attention", 128) / 2 + 1))
            .withRotary(rotations.get(SLIDING));
    boolean mlpBias = config.flag("mlp_bias", false);
    MlpForm mlp =
        new MlpForm.GatedByOneMap(
            LinearForm.of("mlp.Wi").withBias(mlpBias),
            LinearForm.of("mlp.Wo").withBias(mlpBias),
            config.count("intermediate_size"),
            ActivationNames.read(config, "hidden_activation", "gelu"));
    NormForm norm = norm(config);
    List<Layer> layers =
        new LayerStack(
                "layers.",
                config.count("num_hidden_layers"),
                layer ->
                    new BlockForm(
                        // The embedding is normalised already; stored or not, the norm is none.
                        layer == 0 ? new Arrangement.NormBeforeMlp("mlp_norm") : NORMS,
                        norm,
                        types.apply(layer).equals(FULL) ? full : sliding,
                        mlp),
                List.of())
            .make(hidden, weights);
    // What leaves the last layer is normalised, whatever comes behind.
    List<Layer> normed = new ArrayList<>(layers);
    normed.add(Sequence.of(normed.removeLast(), norm.make("final_norm", hidden, weights)));
    return normed;
  }

  private static IntFunction<String> types(ModelConfig config) {
    int every = config.count("global_attn_every_n_layers", 3);
    Optional<List<String>> types = config.texts("layer_types");
    if (types.isEmpty()) {
      return layer -> layer % every == 0 ? FULL : SLIDING;
    }
    int layers = config.count("num_hidden_layers");
    if (types.get().size() != layers) {
      throw new ModelException(
          "%s: layer_types lists %d layers, but num_hidden_layers is %d"
              .formatted(config.place(), types.get().size(), layers));
    }
    if (!Set.of(FULL, SLIDING).containsAll(types.get())) {
      throw config.unsupported("layer_types", FULL + ", " + SLIDING);
    }
    return types.get()::get;
  }

  private static Map<String, Rotary> rotations(ModelConfig config, int headSize) {
    double global = config.positive("global_rope_theta", 160_000);
    double local = config.positive("local_rope_theta", 10_000);
    Optional<Map<String, Rotary>> each =
        RotaryConfig.of(config, headSize).readKinds(Map.of(FULL, global, SLIDING, local));
    if (each.isEmpty() && config.has("rope_parameters")) {
      throw config.unsupported("rope_parameters", "those of full_attention and sliding_attention");
    }
    return each.orElseGet(
        () ->
            Map.of(
                FULL, RotaryConfig.plain(config, headSize, global),
                SLIDING, RotaryConfig.plain(config, headSize, local)));
  }
}
